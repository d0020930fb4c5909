import { Database } from '../postgres/database.ts';

const schema = `
  SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'migration ' || name FROM schema_migration
  ORDER BY 1`;

/** An empty database beside that of a service, to be migrated, and what came of it. */
export class NewDatabase {
  readonly url: string;
  private readonly beside: Database;
  private readonly name = `migrated_${process.pid}_${Math.round(performance.now())}`;

  /** `url`: of the superuser, of the service's own database. */
  constructor(url: string) {
    this.beside = new Database(url);
    this.url = Object.assign(new URL(url), { pathname: `/${this.name}` }).href;
  }

  async create(): Promise<void> {
    await this.beside.rows(`CREATE DATABASE ${this.name}`);
  }

  /** Whether it has the tables, indexes, constraints and migrations that the service's own has. */
  async isComplete(): Promise<boolean> {
    const migrated = new Database(this.url);
    try {
      const [own, other] = await Promise.all([this.beside.rows(schema), migrated.rows(schema)]);
      return JSON.stringify(own) === JSON.stringify(other);
    } finally {
      await migrated.close();
    }
  }

  async drop(): Promise<void> {
    await this.beside.rows(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
    await this.beside.close();
  }
}

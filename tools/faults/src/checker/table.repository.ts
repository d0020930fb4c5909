import type { Database } from '../postgres/database.ts';

const rowsAtOnce = 5_000;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Reads whole tables, as they are at one moment. */
export class TableRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async names(): Promise<string[]> {
    const rows = await this.database.rows<{ name: string }>(`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`);
    return rows.map(({ name }) => name);
  }

  /** Every row as JSON, some at a time. */
  async *rows(table: string): AsyncGenerator<string[]> {
    await this.database.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      await this.database.rows(
        `DECLARE dump CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${identifier(table)} t`,
      );
      for (;;) {
        const rows = await this.database.rows<{ row: string }>(`FETCH ${rowsAtOnce} FROM dump`);
        if (rows.length > 0) yield rows.map(({ row }) => row);
        if (rows.length < rowsAtOnce) return;
      }
    } finally {
      await this.database.rows('COMMIT');
    }
  }
}

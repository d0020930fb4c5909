import type { Database } from '../postgres/database.ts';

/** What a server counted since it has this database. */
export interface Conflicts {
  readonly deadlocks: number;
  readonly rolledBack: number;
}

const settingName = /^[a-z_]+$/;

/** What an administrator can do to a PostgreSQL server; needs its superuser. */
export class PostgresRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** For every session, those that are open too, at their next transaction. */
  async set(setting: string, value: string): Promise<void> {
    if (!settingName.test(setting)) throw new Error(`${setting} is no setting`);
    await this.database.rows(`ALTER SYSTEM SET ${setting} = '${value.replaceAll("'", "''")}'`);
    await this.database.rows('SELECT pg_reload_conf()');
  }

  /** All that was set is as it was. */
  async reset(): Promise<void> {
    await this.database.rows('ALTER SYSTEM RESET ALL');
    await this.database.rows('SELECT pg_reload_conf()');
  }

  /** Cuts off everybody but us. Resolves with how many that were. */
  async disconnectAll(): Promise<number> {
    const rows = await this.database.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND usename <> current_user`,
    );
    return rows.length;
  }

  async maxConnections(): Promise<number> {
    return Number((await this.database.one<{ max_connections: string }>('SHOW max_connections')).max_connections);
  }

  conflicts(): Promise<Conflicts> {
    return this.database.one(
      `SELECT deadlocks, xact_rollback AS "rolledBack" FROM pg_stat_database WHERE datname = current_database()`,
    );
  }

  begin(): Promise<unknown> {
    return this.database.rows('BEGIN');
  }

  commit(): Promise<unknown> {
    return this.database.rows('COMMIT');
  }

  rollBack(): Promise<unknown> {
    return this.database.rows('ROLLBACK').catch(() => undefined);
  }

  /** Orders that are on their way, oldest first. */
  async openOrders(limit: number): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      'SELECT id FROM orders WHERE settled_at IS NULL ORDER BY id LIMIT $1',
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** To the end of our transaction; services lock the cursor first and the order second. */
  async lockOrder(id: string): Promise<void> {
    await this.database.rows('SELECT id FROM orders WHERE id = $1 FOR UPDATE', [id]);
  }

  /** Writes what is there already: whoever has a snapshot from before may not write it any more. */
  async touchOrder(id: string): Promise<void> {
    await this.database.rows('UPDATE orders SET id = id WHERE id = $1', [id]);
  }

  async lockCursors(id: string): Promise<void> {
    await this.database.rows('SELECT version FROM aggregate_cursor WHERE aggregate_id = $1 FOR UPDATE', [id]);
  }

  /** Nobody else reads or writes it until the end of our transaction. */
  async lockTable(table: string): Promise<void> {
    if (!settingName.test(table)) throw new Error(`${table} is no table`);
    await this.database.rows(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  }
}

import type { Database } from './database.ts';

/** Transactions of services that are open in the server of this database at this moment. */
export async function openTransactions(database: Database): Promise<number> {
  const { open } = await database.one<{ open: number }>(
    `SELECT count(*) AS open FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND usename <> current_user AND xact_start IS NOT NULL`,
  );
  return open;
}

/** Messages that are stored and that no broker has acknowledged yet. */
export async function unpublishedMessages(database: Database): Promise<number> {
  const { waiting } = await database.one<{ waiting: number }>(
    'SELECT count(*) AS waiting FROM outbox WHERE published_at IS NULL AND parked_at IS NULL',
  );
  return waiting;
}

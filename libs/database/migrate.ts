import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { failpoint } from '@towpath/failpoints';
import { Client, DatabaseError } from 'pg';

/** One step of a schema. Its name is its identity: once it has run anywhere, neither name nor text may change. */
export interface Migration {
  readonly name: string;
  readonly text: string;
}

interface MigrateOptions {
  /** Of the owner of the schema, not of the role that the service runs as. */
  readonly databaseUrl: string;
  /** The role that the service runs as: gets rights on rows, none on the schema. */
  readonly appRole: string;
  readonly migrations: readonly Migration[];
  readonly applied?: (name: string) => void;
}

const lockKey = 7_290_001;

/** The `.sql` files of a folder, in the order of their names. */
export async function migrationsIn(folder: URL): Promise<Migration[]> {
  const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({ name: name.slice(0, -4), text: await readFile(new URL(name, folder), 'utf8') })),
  );
}

/**
 * Brings a database to the newest schema, each step in a transaction of its own; resolves with the names of those that ran.
 * Safe to repeat and to run twice at once.
 * @throws Error naming the step that failed, or one that was changed after it ran
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const client = new Client({ connectionString: options.databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await prepare(client, options.appRole);
    return await applyMissing(client, options);
  } finally {
    await client.end();
  }
}

async function prepare(client: Client, appRole: string): Promise<void> {
  const role = client.escapeIdentifier(appRole);
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [appRole]);
  if (!rowCount) throw new Error(`There is no database role "${appRole}" for the service to run as. Create it first.`);
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, text text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${role};`);
}

async function applyMissing(client: Client, { migrations, applied }: MigrateOptions): Promise<string[]> {
  const { rows } = await client.query<Migration>('SELECT name, text FROM schema_migration');
  const known = new Map(rows.map((row) => [row.name, row.text]));
  const missing = migrations.filter(({ name, text }) => {
    if (known.has(name) && known.get(name) !== text) {
      throw new Error(
        `Migration ${name} was changed after it ran here. Undo the change and add a new migration instead.`,
      );
    }
    return !known.has(name);
  });
  for (const migration of missing) {
    await apply(client, migration);
    applied?.(migration.name);
  }
  return missing.map(({ name }) => name);
}

async function apply(client: Client, { name, text }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    failpoint('migration.statement-applied', 'before');
    await client.query(text);
    failpoint('migration.statement-applied', 'after');
    await client.query('INSERT INTO schema_migration (name, text) VALUES ($1, $2)', [name, text]);
    failpoint('migration.commit', 'before');
    await client.query('COMMIT');
    failpoint('migration.commit', 'after');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    const detail =
      error instanceof DatabaseError ? `${error.message}${error.detail ? ` (${error.detail})` : ''}` : String(error);
    throw new Error(`Migration ${name} failed and was rolled back: ${detail}`, { cause: error });
  }
}

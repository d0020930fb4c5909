import { Client, type ClientBase } from 'pg';

/** A database with the role that owns its schema and the one that a service runs as. */
export interface DatabaseSpec {
  readonly name: string;
  readonly owner: Role;
  readonly app: Role;
}

export interface Role {
  readonly name: string;
  readonly password: string;
}

/** Creates the roles and databases that are missing, and lets nobody else in. */
export async function ensureDatabases(superuserUrl: string, specs: readonly DatabaseSpec[]): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const spec of specs) await ensureDatabase(client, spec);
  } finally {
    await client.end();
  }
}

/** The URL of a database for one of its roles. */
export function databaseUrl(port: number, database: string, role: Role): string {
  return `postgres://${role.name}:${role.password}@127.0.0.1:${port}/${database}`;
}

/** Each step looks by itself, since the run before may have been ended between any two. */
async function ensureDatabase(client: ClientBase, { name, owner, app }: DatabaseSpec): Promise<void> {
  for (const role of [owner, app]) await ensureRole(client, role);
  const [database, ownerName, appName] = [name, owner.name, app.name].map((each) => client.escapeIdentifier(each));
  const { rowCount: exists } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (!exists) await client.query(`CREATE DATABASE ${database} OWNER ${ownerName}`);
  await client.query(
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC; GRANT CONNECT ON DATABASE ${database} TO ${appName}`,
  );
}

async function ensureRole(client: ClientBase, { name, password }: Role): Promise<void> {
  const { rowCount: exists } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (exists) return;
  await client.query(`CREATE ROLE ${client.escapeIdentifier(name)} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
}

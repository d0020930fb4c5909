import { createHash, randomBytes } from 'node:crypto';

import { type Environment, readSettings, setting, Settings } from '@towpath/config';
import { Client } from 'pg';

import { migrate, type Migration } from './migrate.ts';

class TestServer extends Settings({
  towpathTestPostgres: setting.url({ meaning: 'the PostgreSQL of this test run; its set-up starts one' }),
}) {}

interface ThrowAwayOptions {
  /** Names a server that is there for tests: `TOWPATH_TEST_POSTGRES`, with the rights of a superuser. */
  readonly environment: Environment;
  /** Names the roles: `<service>` runs, `<service>_owner` migrates. */
  readonly service: string;
  readonly migrations: readonly Migration[];
}

/** A database of its own for one test file. */
export interface ThrowAwayDatabase {
  /** As the role that the service runs as. */
  readonly url: string;
  /** As a superuser, to arrange and to look. */
  readonly superuserUrl: string;
  drop(): Promise<void>;
}

const lockKey = 7_290_003;

/** Makes a database for tests: migrated once per server and set of migrations, then copied in a tenth of a second. */
export async function throwAwayDatabase(options: ThrowAwayOptions): Promise<ThrowAwayDatabase> {
  const { towpathTestPostgres: serverUrl } = readSettings(TestServer, options.environment);
  const appRole = options.service.replaceAll('-', '_');
  const name = `test_${appRole}_${randomBytes(6).toString('hex')}`;
  await asSuperuser(serverUrl, async (client) => {
    const template = await templateFor(client, { ...options, serverUrl, appRole });
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${appRole}_owner`);
  });
  return {
    url: urlOf(serverUrl, name, appRole),
    superuserUrl: urlOf(serverUrl, name),
    drop: () =>
      asSuperuser(serverUrl, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

async function templateFor(
  client: Client,
  options: ThrowAwayOptions & { serverUrl: string; appRole: string },
): Promise<string> {
  const { serverUrl, appRole, migrations } = options;
  const owner = `${appRole}_owner`;
  const digest = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 12);
  const template = `template_${appRole}_${digest}`;
  await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
  if (!rowCount) {
    for (const role of [appRole, owner]) await createRole(client, role, passwordOf(serverUrl, role));
    await client.query(`DROP DATABASE IF EXISTS making_${template}`);
    await client.query(`CREATE DATABASE making_${template} OWNER ${owner}`);
    await migrate({ databaseUrl: urlOf(serverUrl, `making_${template}`, owner), appRole, migrations });
    await client.query(`ALTER DATABASE making_${template} RENAME TO ${template}`);
  }
  await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  return template;
}

async function createRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (!rowCount) await client.query(`CREATE ROLE ${client.escapeIdentifier(role)} LOGIN PASSWORD '${password}'`);
}

async function asSuperuser(serverUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await work(client).finally(() => client.end());
}

function urlOf(serverUrl: string, database: string, role?: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (role) [url.username, url.password] = [role, passwordOf(serverUrl, role)];
  return url.href;
}

/** Every process that knows the server's own password knows those of the roles. */
function passwordOf(serverUrl: string, role: string): string {
  return createHash('sha256').update(`${role} ${serverUrl}`).digest('hex');
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { freePort } from '../free-port.ts';
import { ManagedProcess } from '../supervisor/managed-process.ts';
import { isAlive } from '../supervisor/process-table.ts';
import { databaseUrl, ensureDatabases } from './databases.ts';
import { dataHome, findInstallation } from './installation.ts';
import { durableSettings, prepareDataFolder, type ServerOptions, serverProcess, superuserUrl } from './server.ts';
import { startTestServer } from './test-server.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(60_000);

const installation = findInstallation();
const shop = {
  name: 'order_db',
  owner: { name: 'order_processor_owner', password: 'owner-secret' },
  app: { name: 'order_processor', password: 'app-secret' },
};

describe('PostgreSQL', () => {
  let home: string;
  let options: ServerOptions;
  const started: ManagedProcess[] = [];

  const start = async () => {
    await prepareDataFolder(installation, options);
    const server = new ManagedProcess(serverProcess(installation, options));
    started.push(server);
    await server.start();
    return server;
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'towpath-postgres-spec-'));
    execFileSync('chmod', ['755', home]);
    options = {
      name: 'postgres',
      dataFolder: join(home, 'data'),
      port: await freePort(),
      superuserPassword: 'super-secret',
      settings: durableSettings,
    };
  });

  afterEach(async () => {
    for (const server of started.splice(0)) await server.kill();
  });

  afterAll(() => rmSync(home, { recursive: true }));

  it('When it starts, then it is durable, reachable on loopback only, and asks for the password', async () => {
    await start();

    expect(await query(superuserUrl(options), 'SELECT setting FROM pg_settings WHERE name = $1', ['fsync'])).toEqual([
      { setting: 'on' },
    ]);
    expect(await query(superuserUrl(options), 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const wrong = superuserUrl({ ...options, superuserPassword: 'wrong' });
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('When the first start was killed half-way, then the next one begins anew', async () => {
    const halfWay = { ...options, dataFolder: join(home, 'half-way') };
    mkdirSync(`${halfWay.dataFolder}.draft`);
    writeFileSync(`${halfWay.dataFolder}.draft/PG_VERSION`, '18\n');

    await prepareDataFolder(installation, halfWay);

    expect(readdirSync(halfWay.dataFolder)).toContain('global');
    expect(readdirSync(home).filter((name) => name.startsWith('half-way'))).toEqual(['half-way']);
  });

  it('When databases are ensured twice, then each is there once and opens to its own roles only', async () => {
    await start();
    const other = { name: 'user_db', owner: { ...shop.owner, name: 'user_owner' }, app: { ...shop.app, name: 'user' } };

    for (let times = 0; times < 2; times++) await ensureDatabases(superuserUrl(options), [shop, other]);

    await query(databaseUrl(options.port, 'order_db', shop.owner), 'CREATE TABLE thing ()');
    const app = databaseUrl(options.port, 'order_db', shop.app);
    await expect(query(app, 'CREATE TABLE mine ()')).rejects.toThrow('permission denied for schema public');
    await expect(query(databaseUrl(options.port, 'order_db', other.app), 'SELECT 1')).rejects.toThrow(
      'permission denied for database "order_db"',
    );
  });

  it('When it is stopped with somebody connected, then it ends at once and keeps what was committed', async () => {
    const server = await start();
    const client = new Client(superuserUrl(options));
    client.on('error', () => undefined);
    await client.connect();
    await client.query('CREATE TABLE kept ()');

    await server.stop();
    await start();

    expect(await query(superuserUrl(options), 'SELECT * FROM kept')).toEqual([]);
  });

  it('When a run was killed and left its server behind, then the next start ends that one first', async () => {
    const leftOver = await start();

    await start();

    expect(isAlive(leftOver.pid)).toBe(false);
  });

  it('When the file of a server that is gone names a process that lives, then that process is left alone', async () => {
    await (await start()).stop();
    writeFileSync(join(options.dataFolder, 'postmaster.pid'), `${process.pid}\n`);

    await start();

    expect(await query(superuserUrl(options), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('When the data was written by another version, then it says so and what to do', async () => {
    writeFileSync(join(options.dataFolder, 'PG_VERSION'), '15\n');

    await expect(prepareDataFolder(installation, options)).rejects.toThrow(
      `The data in ${options.dataFolder} was written by PostgreSQL 15 and this is 18: start with --fresh to begin with empty databases.`,
    );
  });
});

describe('test server', () => {
  it('When a test run ends, then its server and data are gone', async () => {
    const server = await startTestServer();
    const [{ folder, pid }] = await query(
      server.url,
      `SELECT current_setting('data_directory') AS folder, split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
    );

    await server.stop();

    expect([existsSync(folder), isAlive(pid)]).toEqual([false, false]);
  });

  it('When a test run is killed, then its server goes with it, and the next run removes its data', async () => {
    const [url, pid] = outputOf(`
      import { startTestServer } from ${JSON.stringify(join(__dirname, 'test-server.ts'))};
      console.log((await startTestServer()).url + ' ' + process.pid);
      process.kill(process.pid, 'SIGKILL');
    `).split(' ');
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`towpath-test-postgres-${pid}-`));
    expect(left()).toHaveLength(1);

    await (await startTestServer()).stop();

    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(left()).toEqual([]);
  });
});

describe('data home', () => {
  it('When everybody may enter the state folder, then the data lies in it', () => {
    const state = mkdtempSync(join(tmpdir(), 'towpath-state-'));
    execFileSync('chmod', ['755', state]);

    expect(dataHome(state)).toBe(join(state, 'postgres'));
    rmSync(state, { recursive: true });
  });
});

const isRoot = process.getuid?.() === 0;
(isRoot ? describe : describe.skip)(`the data home of root${isRoot ? '' : ': this is not root'}`, () => {
  it('When it keeps its state where nobody else may go, then the data lies outside', () => {
    const state = mkdtempSync(join(tmpdir(), 'towpath-state-'));

    expect(dataHome(state)).toMatch(/^\/var\/lib\/towpath\/[0-9a-f]{12}$/);
    rmSync(state, { recursive: true });
  });
});

async function query(url: string, text: string, values: unknown[] = []): Promise<any[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What a process that kills itself wrote before. */
function outputOf(script: string): string {
  try {
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  } catch (killed) {
    return (killed as { stdout: string }).stdout.trim();
  }
}

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { messagingServices } from '../src/checker/evidence.ts';
import { environment } from '../src/environment.ts';
import { Database } from '../src/postgres/database.ts';

const root = join(__dirname, '../../..');
const run = randomBytes(4).toString('hex');

/** Databases with the schemas that the services really have, as many of them as a test wants, each empty. */
export class CheckedDatabases {
  private readonly server: string;
  private readonly admin: Database;
  private readonly made: string[] = [];
  private shared: Record<string, string> | undefined;

  /** Brings one database of each kind up to date; all others are copies of it. */
  static async prepare(): Promise<CheckedDatabases> {
    const databases = new CheckedDatabases();
    for (const service of messagingServices) await databases.migrate(service);
    return databases;
  }

  private constructor() {
    const server = environment['TOWPATH_TEST_POSTGRES'];
    if (server === undefined) throw new Error('Run it with the workspace’s jest: it starts PostgreSQL.');
    this.server = server;
    this.admin = new Database(server);
  }

  /** The same ones each time, by service, with nothing in them. */
  async emptied(): Promise<Record<string, string>> {
    this.shared ??= await this.copy();
    await Promise.all(Object.values(this.shared).map(empty));
    return this.shared;
  }

  /** New ones, by service. */
  async copy(): Promise<Record<string, string>> {
    const name = `${run}_${this.made.length}`;
    const urls: Record<string, string> = {};
    for (const service of messagingServices) {
      urls[service] = await this.create(`checked_${name}_${schemaOf(service)}`, `TEMPLATE ${templateOf(service)}`);
    }
    return urls;
  }

  async remove(): Promise<void> {
    for (const name of this.made) await this.admin.rows(`DROP DATABASE ${name} WITH (FORCE)`);
    await this.admin.close();
  }

  private async migrate(service: string): Promise<void> {
    const role = schemaOf(service);
    await this.admin.rows(
      `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    const url = await this.create(templateOf(service));
    const bundle = join(root, 'apps', service, 'dist/main.js');
    execFileSync(process.execPath, [bundle, 'migrate'], { env: { ...environment, DATABASE_URL: url }, stdio: 'pipe' });
  }

  private async create(name: string, how = ''): Promise<string> {
    await this.admin.rows(`CREATE DATABASE ${name} ${how}`);
    this.made.push(name);
    const url = new URL(this.server);
    url.pathname = `/${name}`;
    return url.href;
  }
}

/** Even what refuses to be forgotten, such as a ledger. */
async function empty(url: string): Promise<void> {
  const database = new Database(url);
  const tables = await database.rows<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  await database.rows('SET session_replication_role = replica');
  await database.rows(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
  await database.close();
}

const schemaOf = (service: string): string => service.replaceAll('-', '_');
const templateOf = (service: string): string => `template_${run}_${schemaOf(service)}`;

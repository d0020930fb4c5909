import { existsSync } from 'node:fs';

import type { Type } from '@nestjs/common';
import { type Environment, readSettings, setting, Settings } from '@towpath/config';
import type { Migration } from '@towpath/database';

import { modulesOf } from './modules.ts';
import { nameOf } from './service.decorator.ts';

class MigrateConfig extends Settings({
  databaseUrl: setting.url({
    secret: true,
    meaning: 'the database of this service, with the role that owns its schema',
  }),
}) {}

const folderIn = (home: URL) => new URL('migrations/', home);

export function hasMigrations(home: URL): boolean {
  return existsSync(folderIn(home));
}

/** What the tables of a service are made of: those of its libs, then its own. */
export async function migrationsOf(service: Type, home: URL): Promise<Migration[]> {
  const { migrationsIn } = await database();
  return [...modulesOf(service).flatMap((module) => module.migrations ?? []), ...(await migrationsIn(folderIn(home)))];
}

/** The command `migrate`: needs no more of the environment than the database. @throws SettingsError; Error naming the step that failed */
export async function migrateService(service: Type, home: URL, environment: Environment): Promise<void> {
  const { databaseUrl } = readSettings(MigrateConfig, environment);
  const { migrate } = await database();
  const appRole = nameOf(service).replaceAll('-', '_');
  const applied = (name: string) => console.log(`applied ${name}`);
  const done = await migrate({ databaseUrl, appRole, migrations: await migrationsOf(service, home), applied });
  console.log(done.length === 0 ? 'The schema is up to date.' : `The schema is up to date: ${done.length} applied.`);
}

/** Loaded when it is needed: a service without a database does not pay for it. */
function database() {
  return import('@towpath/database');
}

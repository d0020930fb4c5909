import type { INestApplicationContext, Type } from '@nestjs/common';
import { Environment, SettingsError } from '@towpath/config';
import { exitWith, Lifecycle } from '@towpath/health';

import { assemble, assembleForCommand } from './assemble.ts';
import { run, StartError } from './create-service.ts';
import { hasMigrations, migrateService } from './migrate.ts';
import { modulesOf } from './modules.ts';
import { nameOf } from './service.decorator.ts';

/** sysexits.h: the configuration is wrong, starting again does not help. */
const configurationError = 78;

const serveCommand = { name: 'serve', summary: 'answers requests and does the work; the default' };
const migrateCommand = { name: 'migrate', summary: 'brings the database to the newest schema' };

export interface StartOptions {
  /** Folder of the service, the one with `migrations/`: `new URL('..', import.meta.url)` in main.ts. */
  readonly home: URL;
}

/**
 * The whole of main.ts: serves, or runs the command that is the first argument. Ends the process: with 78 and a line for each
 * wrong setting before any port is opened, with 1 and the reason when it cannot start or the command failed.
 */
export async function startService(service: Type, options: StartOptions): Promise<void> {
  const [name = 'serve', ...args] = process.argv.slice(2);
  try {
    if (name === 'serve') await serve(service);
    else await runCommand(service, name, args, options);
  } catch (error) {
    process.stderr.write(`${nameOf(service)}: ${explain(error)}\n`);
    process.exit(error instanceof SettingsError ? configurationError : 1);
  }
}

async function serve(service: Type): Promise<void> {
  const environment = Environment.fromProcess();
  const app = await assemble(service, environment);
  exitWith(app.get(Lifecycle));
  await run(app, environment);
}

async function runCommand(service: Type, name: string, args: readonly string[], { home }: StartOptions): Promise<void> {
  const environment = Environment.fromProcess();
  const commands = modulesOf(service).flatMap((module) => module.commands ?? []);
  const command = commands.find((each) => each.name === name);
  if (command) return runInApp(service, environment, (app) => command.run(app, args));
  if (name === 'migrate' && hasMigrations(home)) return migrateService(service, home, environment);
  const known = [serveCommand, ...(hasMigrations(home) ? [migrateCommand] : []), ...commands];
  throw new StartError(
    `There is no command "${name}". There are:\n${known.map((each) => `  ${each.name}: ${each.summary}`).join('\n')}`,
  );
}

async function runInApp(
  service: Type,
  environment: Environment,
  work: (app: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const app = await assembleForCommand(service, environment);
  try {
    await work(app);
  } finally {
    await app.get(Lifecycle).drain();
  }
}

/** A person who typed a command reads the message; a stack only helps with a fault of ours. */
function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError || !(error instanceof Error))
    return String((error as Error)?.message ?? error);
  return error.stack ?? error.message;
}

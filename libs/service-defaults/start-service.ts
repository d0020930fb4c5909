import type { INestApplicationContext, Type } from '@nestjs/common';
import { Environment, SettingsError } from '@towpath/config';
import { exitWith, Lifecycle, type ProcessEdge, StartError } from '@towpath/health';

import { assemble, assembleForCommand } from './assemble.ts';
import { run } from './create-service.ts';
import { hasMigrations, migrateService } from './migrate.ts';
import { modulesOf } from './modules.ts';
import { nameOf } from './service.decorator.ts';

/** sysexits.h: the configuration is wrong, starting again does not help. */
const configurationError = 78;

const serveCommand = { name: 'serve', summary: 'answers requests and does the work; the default' };
const migrateCommand = { name: 'migrate', summary: 'brings the database to the newest schema' };

/** The part of `process` that a bundle needs. */
export interface Host extends ProcessEdge {
  readonly argv: readonly string[];
  readonly stderr: { write(text: string): unknown };
}

export interface StartOptions {
  /** Folder of the service, the one with `migrations/`: `new URL('..', import.meta.url)` in main.ts. */
  readonly home: URL;
  readonly environment?: Environment;
  readonly host?: Host;
}

type Started = Required<StartOptions>;

/**
 * The whole of main.ts: serves, or runs the command that is the first argument. Ends the process: with 78 and a line for each
 * wrong setting before any port is opened, with 1 and the reason when it cannot start or the command failed.
 */
export async function startService(service: Type, options: StartOptions): Promise<void> {
  const { home, environment = Environment.fromProcess(), host = process } = options;
  const [name = 'serve', ...args] = host.argv.slice(2);
  try {
    if (name === 'serve') await serve(service, { home, environment, host });
    else await runCommand(service, name, args, { home, environment, host });
  } catch (error) {
    host.stderr.write(`${nameOf(service)}: ${explain(error, name)}\n`);
    host.exit(error instanceof SettingsError ? configurationError : 1);
  }
}

async function serve(service: Type, { environment, host }: Started): Promise<void> {
  const app = await assemble(service, environment);
  exitWith(app.get(Lifecycle), host);
  await run(app, environment);
}

async function runCommand(
  service: Type,
  name: string,
  args: readonly string[],
  { home, environment, host }: Started,
): Promise<void> {
  const commands = modulesOf(service).flatMap((module) => module.commands ?? []);
  const command = commands.find((each) => each.name === name);
  if (command) await runInApp(service, environment, (app) => command.run(app, args));
  else if (name === 'migrate' && hasMigrations(home)) await migrateService(service, home, environment);
  else throw unknown(name, [serveCommand, ...(hasMigrations(home) ? [migrateCommand] : []), ...commands]);
  host.exit(0);
}

function unknown(name: string, known: readonly { name: string; summary: string }[]): StartError {
  const lines = known.map((each) => `  ${each.name}: ${each.summary}`);
  return new StartError(`There is no command "${name}". There are:\n${lines.join('\n')}`);
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

/** Whoever typed a command reads the message. A service that does not start for no known reason has a fault: there the stack helps. */
function explain(error: unknown, name: string): string {
  if (!(error instanceof Error)) return String(error);
  const known = name !== 'serve' || error instanceof SettingsError || error instanceof StartError;
  return known ? error.message : (error.stack ?? error.message);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';

import { UserError } from '../user-error.ts';
import type { RunOptions } from './options.ts';
import { readSettings } from './service-settings.ts';

/** The commands that `npm run` knows, and the services whose bundles have them; undefined where the next word says which. */
const owners: Readonly<Record<string, string | undefined>> = {
  keys: 'user',
  roles: 'user',
  reconcile: 'payment',
  'dead-letters': undefined,
};

/** Longer than a database on this machine takes to accept. */
const patienceMs = 2_000;

/**
 * Runs a command of a service in its own process, with all that the service has in the shop that runs with this state. Resolves
 * with its exit code. @throws UserError when nothing runs, or its database is down
 */
export async function runCommand(
  options: Pick<RunOptions, 'root' | 'state'>,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const all = readSettings(options);
  if (all === undefined) {
    throw new UserError(
      `Nothing runs with its state in ${options.state}: start it with npm start, and leave it running.`,
    );
  }
  const { service, args } = addressed(words, Object.keys(all));
  await refuseWithoutDatabase(service, all[service]['DATABASE_URL']);
  const bundle = join(options.root, 'apps', service, 'dist/main.js');
  // Whoever typed a command reads its answer, not what its parts have to say.
  const settings = { LOG_LEVEL: 'error', ...env, ...all[service] };
  return exitCodeOf(spawn(process.execPath, [bundle, ...args], { cwd: options.root, env: settings, stdio: 'inherit' }));
}

function addressed(
  words: readonly string[],
  services: readonly string[],
): { service: string; args: readonly string[] } {
  const [command = '', ...rest] = words;
  if (!Object.hasOwn(owners, command)) throw new UserError(`Say which command: ${Object.keys(owners).join(', ')}.`);
  const [service = '', ...args] = [owners[command], ...rest].filter((word) => word !== undefined);
  if (!services.includes(service)) {
    throw new UserError(`Say of which service: npm run ${command} -- <${services.join('|')}> …`);
  }
  return { service, args: [command, ...args] };
}

async function refuseWithoutDatabase(service: string, url: string | undefined): Promise<void> {
  if (url === undefined) return;
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) });
  } catch {
    throw new UserError(
      `The database of ${service} does not answer at ${hostname}:${port}. npm start brings it up; if that is running, look into its logs.`,
    );
  } finally {
    socket.destroy();
  }
}

/** A signal that is meant for us is meant for the command. */
async function exitCodeOf(command: ChildProcess): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => command.kill(signal));
  const [code, signal] = (await once(command, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

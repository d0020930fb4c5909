import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { environment } from '../environment.ts';
import { ManagedProcess, type ProcessSpec } from '../supervisor/managed-process.ts';
import { commandOf, endProcess } from '../supervisor/process-table.ts';
import { UserError } from '../user-error.ts';
import type { Installation } from './installation.ts';

/** What one PostgreSQL server is: where its data lies, how it is reached, how hard it tries not to forget. */
export interface ServerOptions {
  readonly name: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** For a developer's data: survives a power cut, stays small. */
export const durableSettings = {
  max_connections: '100',
  shared_buffers: '48MB',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Who looks at what faults have left must know what came before what.
  track_commit_timestamp: 'on',
};

/** For tests: nothing needs to survive, so nothing waits for the disk. */
export const throwawaySettings = {
  max_connections: '200',
  shared_buffers: '128MB',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  track_commit_timestamp: 'on',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** The URL of the server's superuser. */
export function superuserUrl({ port, superuserPassword }: ServerOptions, database = 'postgres'): string {
  return `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/${database}`;
}

/** Runs a program to its end; a supervisor can do it, so that it is ended with the rest. */
export type RunTask = (task: ProcessSpec) => Promise<void>;

const runAlone: RunTask = (task) => new ManagedProcess(task).start();

/** Creates the data folder unless it is there, and clears what a killed run left in it. */
export async function prepareDataFolder(
  installation: Installation,
  options: ServerOptions,
  run: RunTask = runAlone,
): Promise<void> {
  if (!existsSync(options.dataFolder)) return initialise(installation, options, run);
  refuseOtherVersion(installation, options);
  await endLeftOver(options.dataFolder);
}

/** How the server is run; a supervisor's business from here on. */
export function serverProcess(installation: Installation, options: ServerOptions): ProcessSpec {
  const { name, dataFolder, port, settings } = options;
  const all = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...settings,
  });
  return {
    name,
    command: join(installation.bin, 'postgres'),
    args: ['-D', dataFolder, ...all.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    cwd: '/',
    env: serverEnvironment,
    account: installation.account,
    ready: { line: 'ready to accept connections' },
    stopSignal: 'SIGINT',
  };
}

const initdbArguments = [
  '-U',
  'postgres',
  '--auth=scram-sha-256',
  '-E',
  'UTF8',
  '--locale=C',
  '--no-sync',
  '--no-instructions',
];

const serverEnvironment = { PATH: environment['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/** Under another name until it is whole: killed half-way, it would look like a database and be none. */
async function initialise(installation: Installation, options: ServerOptions, run: RunTask): Promise<void> {
  const { name, dataFolder, superuserPassword } = options;
  const draft = `${dataFolder}.draft`;
  const passwordFile = `${dataFolder}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(dataFolder), { recursive: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
  for (const path of [draft, passwordFile]) give(path, installation);
  try {
    await run({
      name: `${name} (initdb)`,
      command: join(installation.bin, 'initdb'),
      args: [...initdbArguments, '-D', draft, `--pwfile=${passwordFile}`],
      cwd: '/',
      env: serverEnvironment,
      account: installation.account,
      ready: 'when it ends',
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, dataFolder);
}

function give(path: string, { account }: Installation): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

function refuseOtherVersion({ majorVersion }: Installation, { dataFolder }: ServerOptions): void {
  const found = readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8').trim();
  if (found === majorVersion) return;
  throw new UserError(
    `The data in ${dataFolder} was written by PostgreSQL ${found} and this is ${majorVersion}: start with --fresh to begin with empty databases.`,
  );
}

/** A run that was killed may have left its server behind, or only the file that says there is one. */
export async function endLeftOver(dataFolder: string, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  const pidFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (commandOf(pid)?.includes(dataFolder)) await endProcess(pid, signal);
  rmSync(pidFile, { force: true });
}

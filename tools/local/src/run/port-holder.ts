import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

import { commandOf } from '../supervisor/process-table.ts';

/** Who listens on a port, if the system tells us. */
export function holderOf(port: number): { pid: number; name: string } | undefined {
  const pid = process.platform === 'linux' ? pidByProc(port) : pidByLsof(port);
  return pid === undefined ? undefined : { pid, name: nameOf(pid) };
}

const listening = '0A';

/** A bare Linux has no lsof; the kernel's own tables are always there. */
function pidByProc(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => inodesIn(table, port)));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((each) => socketsOf(each).some((inode) => inodes.has(inode)));
  return pid === undefined ? undefined : Number(pid);
}

function inodesIn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = textOf(table).split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === listening)
    .map((columns) => columns[9]);
}

function socketsOf(pid: string): string[] {
  try {
    const files = readdirSync(`/proc/${pid}/fd`);
    return files.map((file) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${file}`))?.[1] ?? '');
  } catch {
    // Gone meanwhile, or somebody else's.
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function pidByLsof(port: number): number | undefined {
  try {
    const pids = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return Number(pids.split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

/** The program's name, not the system's name for its main thread: Node calls that "MainThread". */
function nameOf(pid: number): string {
  return basename(commandOf(pid)?.split(' ')[0] ?? 'unknown');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

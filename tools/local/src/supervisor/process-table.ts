import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether there is such a process; also true of one that belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a running process, or nothing when there is no such process. */
export function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

/** The processes that it started, and those that they started. */
export function descendantsOf(pid: number): number[] {
  const children = Map.groupBy(everyProcess(), ({ parent }) => parent);
  const below = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(pid);
}

interface Parented {
  readonly pid: number;
  readonly parent: number;
}

function everyProcess(): Parented[] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => ({ pid: Number(pid), parent: parentOf(pid) }));
  }
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n');
  return rows.map((row) => {
    const [pid, parent] = row.trim().split(/\s+/).map(Number);
    return { pid, parent };
  });
}

/** The name of a program may hold spaces and brackets: what counts comes behind the last one. */
function parentOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')')).split(' ')[2]);
  } catch {
    // Gone meanwhile.
    return 0;
  }
}

/** Ends a process that an earlier run left behind: by `signal`, and by force if it is still there after 5 s. */
export async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  for (const attempt of [signal, 'SIGKILL'] as const) {
    if (isAlive(pid)) process.kill(pid, attempt);
    for (let waitedMs = 0; waitedMs < 5_000 && isAlive(pid); waitedMs += 20) await sleep(20);
  }
}

import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

import { descendantsOf } from '@towpath/local';

/** Starts Node on one processor of its own, where the machine can do that: who asks must not take the time of who answers. */
export function spawnPinned(core: number, args: readonly string[], options: SpawnOptions): ChildProcess {
  return canPin()
    ? spawn('taskset', ['-c', String(core), process.execPath, ...args], options)
    : spawn(process.execPath, args, options);
}

/** A process that was started here and all that it started in turn; none where the machine does not tell. */
export function familyOf(root: number | undefined): number[] {
  return root === undefined || !existsSync('/proc/self/stat') ? [] : [root, ...descendantsOf(root)];
}

/** Lets others go first, three times to its once. */
export function stepBack(pid: number): void {
  setPriority(pid, 5);
  // Where Linux shares its time among sessions first, what counts among processes is theirs.
  const session = `/proc/${pid}/autogroup`;
  if (existsSync(session)) writeFileSync(session, '5');
}

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-c', '1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

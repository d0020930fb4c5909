import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';

/** Starts Node on one processor of its own, where the machine can do that: who asks must not take the time of who answers. */
export function spawnPinned(core: number, args: readonly string[], options: SpawnOptions): ChildProcess {
  return canPin()
    ? spawn('taskset', ['-c', String(core), process.execPath, ...args], options)
    : spawn(process.execPath, args, options);
}

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-c', '1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

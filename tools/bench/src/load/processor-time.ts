import { readFileSync } from 'node:fs';

import { familyOf } from './pinned.ts';

/** Of Linux, unless somebody built another one. */
const ticksPerSecond = 100;

/** Milliseconds of processor time that these processes have used, with all that they started, also what has ended. */
export function processorMs(pids: readonly number[]): number {
  return pids.flatMap(familyOf).reduce((sum, pid) => sum + usedBy(pid), 0);
}

/** The fields behind the name, which may have blanks in it: utime, stime, and those of children that were waited for. */
function usedBy(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return (ticks * 1_000) / ticksPerSecond;
  } catch {
    // Ended meanwhile: it counts for its parent.
    return 0;
  }
}

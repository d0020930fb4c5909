import { readFileSync } from 'node:fs';

import { commandOf, descendantsOf } from '../supervisor/process-table.ts';

/** One process and its memory: its own, and its share of what it shares with others (PSS). */
export interface ProcessMemory {
  readonly pid: number;
  readonly command: string;
  readonly kilobytes: number;
}

/** The memory of a process and of all that it started. Only Linux tells it. */
export function memoryOf(root: number): ProcessMemory[] {
  return [root, ...descendantsOf(root)].map((pid) => ({
    pid,
    command: commandOf(pid) ?? '',
    kilobytes: proportionalSize(pid),
  }));
}

function proportionalSize(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** Empty for a process that is gone meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One process and the memory that is its own: shared pages are divided among those who share them (PSS). */
export interface ProcessMemory {
  readonly pid: number;
  readonly command: string;
  readonly kilobytes: number;
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly rss: number;
  readonly command: string;
}

/** The memory of a process and of all that it started. Where the system does not tell PSS, it is RSS, which is more. */
export function memoryOf(root: number): ProcessMemory[] {
  const rows = processes();
  return [root, ...descendants(root, rows)].map((pid) => {
    const row = rows.find((each) => each.pid === pid);
    return { pid, command: row?.command ?? '', kilobytes: proportionalSize(pid) ?? row?.rss ?? 0 };
  });
}

function descendants(pid: number, rows: readonly Row[]): number[] {
  const children = rows.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child.pid, ...descendants(child.pid, rows)]);
}

function processes(): Row[] {
  const lines = execFileSync('ps', ['-ww', '-axo', 'pid=,ppid=,rss=,command='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => {
    const [pid, parent, rss, ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), rss: Number(rss), command: command.join(' ') };
  });
}

function proportionalSize(pid: number): number | undefined {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

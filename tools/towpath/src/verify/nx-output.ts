import { stripVTControlCharacters } from 'node:util';

/** Reads what Nx writes while it runs many targets, line by line. */
export class NxOutput {
  /** The tasks seen to end, as Nx calls them: `project:target`. */
  readonly ended = new Map<string, 'well' | 'badly'>();
  /** What belongs to no task: Nx's own words. */
  readonly remarks: string[] = [];
  private readonly planned: ReadonlySet<string>;
  private failing = false;

  constructor(planned: readonly string[]) {
    this.planned = new Set(planned);
  }

  /** How many tasks are left to go, and which when they are few. */
  get left(): string {
    const left = [...this.planned].filter((task) => !this.ended.has(task));
    return left.length > 4 ? `${left.length} to go` : `${left.length} to go: ${left.join(', ')}`;
  }

  /** @returns what to show for the line: progress, or the output of a failed task; often nothing */
  read(line: string): string | undefined {
    const plain = stripVTControlCharacters(line);
    const [, sign, task, note] = /^\s*([✔✓√>])\s+nx run (\S+)(.*)$/.exec(plain) ?? [];
    if (task && this.planned.has(task)) return this.end(task, sign === '>' ? 'badly' : 'well', note);
    if (/^\s*(NX\s|Run duration:)/.test(plain)) this.failing = false;
    if (this.failing) return line;
    this.remarks.push(line);
    return undefined;
  }

  private end(task: string, how: 'well' | 'badly', note: string): string {
    this.ended.set(task, how);
    this.failing = how === 'badly';
    const total = this.planned.size;
    const count = `[${String(this.ended.size).padStart(String(total).length)}/${total}]`;
    if (how === 'badly') return `${count} ${task} FAILED`;
    return /cache/.test(note) ? `${count} ${task} (unchanged)` : `${count} ${task}`;
  }
}

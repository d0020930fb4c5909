import { appendFileSync } from 'node:fs';

import type { FaultCount, FaultRecord } from '../result.ts';

/** Every fault that was made, in memory and on disk at once: a run that dies leaves what it did. */
export class FaultLog {
  readonly records: FaultRecord[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  write(record: FaultRecord): void {
    this.records.push(record);
    appendFileSync(this.file, `${JSON.stringify(record)}\n`);
  }

  /** How many were made of each kind, and how many of them hit work in flight. */
  get counts(): FaultCount[] {
    const kinds = [...new Set(this.records.map(({ fault }) => fault))].toSorted();
    return kinds.map((kind) => {
      const made = this.records.filter(({ fault }) => fault === kind);
      return { fault: kind, made: made.length, hit: made.filter(({ hit }) => hit).length };
    });
  }

  /** Milliseconds until a target worked again, by the kind of fault. */
  get recoveryMs(): Record<string, number[]> {
    const times: Record<string, number[]> = {};
    for (const { fault, recoveredMs } of this.records)
      if (recoveredMs !== undefined) (times[fault] ??= []).push(recoveredMs);
    return times;
  }
}

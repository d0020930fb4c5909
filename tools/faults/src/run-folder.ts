import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FaultResult } from './result.ts';
import type { TransportName } from './shop/fault-shop.ts';

/** Every run has a folder in here. */
export const runsFolder = join(import.meta.dirname, '../../../.towpath/faults');

const kept: readonly string[] = ['result.json', 'command.txt', 'faults.jsonl', 'crash-points.json'];

/** The folder of one run: begun empty, and left with all there is to know when the run failed. */
export class RunFolder {
  readonly path: string;

  constructor(scenario: string, transport: TransportName, seed: number, runs = runsFolder) {
    this.path = join(runs, `${scenario.toLowerCase()}-${transport}-${seed}`);
    rmSync(this.path, { recursive: true, force: true });
    // PostgreSQL runs under another account, which has to pass through.
    mkdirSync(this.path, { recursive: true, mode: 0o755 });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(result: FaultResult): void {
    writeFileSync(this.file('result.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  }

  writeCommand(command: string): void {
    writeFileSync(this.file('command.txt'), `${command}\n`);
  }

  /** Leaves what a report needs: a run that passed has no secrets to tell. */
  trim(): void {
    for (const name of readdirSync(this.path)) {
      if (!kept.includes(name)) rmSync(this.file(name), { recursive: true, force: true });
    }
  }
}

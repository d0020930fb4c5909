import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { root } from './given-run.ts';

/** `npm run kafka`, without npm. */
export class Brokers {
  readonly facts: any[] = [];
  readonly program: ChildProcess;
  errors = '';

  constructor(state: string, ...flags: string[]) {
    const args = ['--disable-warning=ExperimentalWarning', join(root, 'tools/local/src/kafka.ts'), '--state', state];
    this.program = spawn(process.execPath, [...args, '--port-base', '0', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.program.stdout! }).on('line', (line) => this.facts.push(JSON.parse(line)));
    this.program.stderr!.on('data', (text) => (this.errors += String(text)));
  }

  get pids(): number[] {
    return Object.values(this.facts[0].pids);
  }

  told(fact: object): Promise<void> {
    return this.until(() => this.facts.some((each) => this.matches(each, fact)));
  }

  says(sentence: string): Promise<void> {
    return this.until(() => this.errors.includes(sentence));
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.program.kill(signal);
    if (this.program.exitCode === null && this.program.signalCode === null) await once(this.program, 'close');
    return this.program.exitCode;
  }

  private async until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (!holds()) {
      if (this.program.exitCode !== null || performance.now() > deadline) throw new Error(this.errors);
      await sleep(20);
    }
  }

  private matches(fact: any, wanted: any): boolean {
    return Object.entries(wanted).every(([name, value]) => (value === 'any' ? fact[name] > 0 : fact[name] === value));
  }
}

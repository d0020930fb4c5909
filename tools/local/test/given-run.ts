import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { environment } from '../src/environment.ts';
import type { LocalRun } from '../src/run/local-file.ts';
import { isAlive } from '../src/supervisor/process-table.ts';

export const root = resolve(__dirname, '../../..');

/** A state folder of its own, which PostgreSQL's account may pass through. */
export function newState(): string {
  const state = mkdtempSync(join(tmpdir(), 'towpath-run-'));
  chmodSync(state, 0o755);
  return state;
}

/** `npm start` on a state folder and free ports of its own. */
export class Run {
  readonly state: string;
  private readonly npm: ChildProcess;
  /** npm and all that writes through it are gone. */
  private readonly closed: Promise<unknown>;
  private hasClosed = false;
  private text = '';

  constructor(state: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.state = state;
    const own = { TOWPATH_STATE: state, TOWPATH_PORT_BASE: '0' };
    this.npm = spawn('npm', ['start', '--', ...flags], {
      cwd: root,
      env: { ...environment, ...own, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.closed = once(this.npm, 'close').then(() => (this.hasClosed = true));
    for (const stream of [this.npm.stdout, this.npm.stderr]) stream?.on('data', (text) => (this.text += String(text)));
  }

  get output(): string {
    return this.text;
  }

  get local(): LocalRun {
    return JSON.parse(readFileSync(join(this.state, 'local.json'), 'utf8')) as LocalRun;
  }

  get isAnnounced(): boolean {
    return existsSync(join(this.state, 'local.json'));
  }

  /** Every process that the run told scripts of. */
  get pids(): number[] {
    const { processes, paymentSandbox, postgres } = this.local;
    return [...processes.map(({ pid }) => pid), paymentSandbox.pid, ...Object.values(postgres.pids ?? [postgres.pid])];
  }

  async says(text: string): Promise<void> {
    await this.until(() => this.text.includes(text), `it says "${text}"`);
  }

  /** Polls, and fails with the run's output when the run ends or two minutes are over. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (!condition()) {
      if (this.hasClosed || performance.now() > deadline) throw new Error(`Waited until ${what}:\n${this.text}`);
      await sleep(20);
    }
  }

  async exitCode(): Promise<number | null> {
    await this.closed;
    return this.npm.exitCode;
  }

  /** Asks npm alone to end, which does not ask anybody else; Ctrl-C in a terminal asks all of them. */
  async stop(): Promise<void> {
    this.npm.kill('SIGTERM');
    await this.closed;
  }
}

/** Runs a POSIX shell script in the checkout, where a curl that is refused fails; returns what it wrote. */
export function shell(script: string): string {
  const strict = `set -eu\ncurl() { command curl --fail --show-error "$@"; }\n${script}`;
  return execFileSync('sh', ['-c', strict], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function gone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) throw new Error(`Still alive: ${pids.filter(isAlive).join(', ')}`);
    await sleep(20);
  }
}

export function removeState(state: string): void {
  rmSync(state, { recursive: true, force: true });
}

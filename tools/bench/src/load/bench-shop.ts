import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Secrets } from '@towpath/local';

import { environment } from '../environment.ts';
import { UsageError } from '../terminal.ts';
import { familyOf, spawnPinned, stepBack } from './pinned.ts';

const start = join(import.meta.dirname, '../../../local/src/start.ts');
const startsWithinMs = 120_000;

/** A few customers may ask for as much as many would. */
export const patient = {
  CHECKOUTS_PER_MINUTE: '6000',
  USER_REQUESTS_PER_MINUTE: '60000',
  IP_REQUESTS_PER_MINUTE: '60000',
};

/** The part of `local.json` that benches read. */
interface LocalRun {
  readonly gateway: string;
  readonly processes: readonly { readonly service: string; readonly pid: number }[];
  readonly postgres: { readonly pid: number; readonly urls: Readonly<Record<string, string>> };
}

/** The whole shop, as `npm start` runs it, on the first processor, with ports and a state of its own. */
export class BenchShop {
  private readonly state = mkdtempSync(join(tmpdir(), 'towpath-bench-'));
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private output = '';

  /** Resolves once it is ready. `settings` reach every service; `flags` are those of `npm start`. */
  static async start(settings: Readonly<Record<string, string>>, flags: readonly string[] = []): Promise<BenchShop> {
    const shop = new BenchShop(settings, flags);
    try {
      await shop.ready();
      shop.weigh();
      return shop;
    } catch (error) {
      await shop.stop();
      throw error;
    }
  }

  private constructor(settings: Readonly<Record<string, string>>, flags: readonly string[]) {
    // PostgreSQL runs under another account, which has to pass through.
    chmodSync(this.state, 0o755);
    this.child = spawnPinned(0, [start, '--port-base', '0', '--state', this.state, ...flags], {
      env: { ...environment, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text) => (this.output += String(text)));
  }

  get local(): LocalRun {
    return this.read<LocalRun>('local.json');
  }

  /** The processes of the services and of their database; what they started belongs to them. */
  get workers(): number[] {
    const { processes, postgres } = this.local;
    return [...processes.map(({ pid }) => pid), postgres.pid];
  }

  /** The database of a service, for the one who may do everything. */
  superuserUrl(service: string): string {
    const url = new URL(this.local.postgres.urls[service]);
    const password = new Secrets(this.state).databasePassword('postgres');
    return Object.assign(url, { username: 'postgres', password }).href;
  }

  get admin(): { email: string; password: string } {
    return this.read('secrets/first-admin.json');
  }

  /** Megabytes that the process of a service has in memory. */
  memoryOf(service: string): number {
    const pid = this.local.processes.find((each) => each.service === service)?.pid;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  /** Where it matters each process has a processor, or the share of one that was asked for. Here they share one: the door gets three shares. */
  private weigh(): void {
    const gateway = this.local.processes.find(({ service }) => service === 'gateway')?.pid;
    for (const pid of familyOf(this.child.pid)) if (pid !== gateway) stepBack(pid);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.closed;
    rmSync(this.state, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const giveUpAt = performance.now() + startsWithinMs;
    while (!this.output.includes('Ctrl-C stops') || !existsSync(join(this.state, 'local.json'))) {
      const ended = this.child.exitCode !== null;
      if (ended || performance.now() > giveUpAt) throw new UsageError(`The shop did not start:\n${this.output}`);
      await sleep(50);
    }
  }

  private read<T>(path: string): T {
    return JSON.parse(readFileSync(join(this.state, path), 'utf8')) as T;
  }
}

import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { Guard } from './guard.ts';
import { ManagedProcess, type ProcessEnded, type ProcessSpec } from './managed-process.ts';

/** How long a process that ended by itself stays down: doubling, until it has stayed up long enough to be trusted. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly trustedAfterMs: number;
}

interface Events {
  /** A process wrote a line. */
  line: [name: string, line: string];
  /** A process is ready, for the first time or again. */
  ready: [name: string, pid: number];
  /** A process ended that nobody had asked to. */
  crash: [ended: ProcessEnded];
}

interface Watched {
  readonly spec: ProcessSpec;
  run: ManagedProcess;
  failures: number;
}

/** Nothing is started any more. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

const defaultBackoff: Backoff = { firstMs: 100, mostMs: 5_000, trustedAfterMs: 10_000 };

/**
 * Starts processes in groups, restarts those that end unasked, and stops the groups last first. Whatever it started is
 * gone when it is: after `stop`, and also when it is killed itself.
 */
export class Supervisor extends EventEmitter<Events> {
  private readonly backoff: Backoff;
  private readonly guard = new Guard();
  private readonly groups: Watched[][] = [];
  private readonly stopping = new AbortController();

  constructor(backoff: Backoff = defaultBackoff) {
    super();
    this.backoff = backoff;
  }

  /** Starts a group together and resolves when all are ready. @throws ProcessEnded of the first that does not become so */
  async start(...specs: ProcessSpec[]): Promise<void> {
    if (this.stopping.signal.aborted) throw new Stopped();
    const group = specs.map((spec) => ({ spec, run: new ManagedProcess(spec), failures: 0 }));
    this.groups.push(group);
    await Promise.all(group.map((watched) => this.startOne(watched)));
  }

  /** The process id of the current run of `name`; 0 while it is down. */
  pid(name: string): number {
    const run = this.find(name).run;
    return run.running ? run.pid : 0;
  }

  /** Sends a signal; a process that ends from it is restarted like any that crashed. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.find(name).run.signal(signal);
  }

  /** Stops the groups in the reverse order of their start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const group of this.groups.toReversed()) await Promise.all(group.map(({ run }) => run.stop()));
    this.guard.close();
  }

  /** Ends everything at once, for somebody who will not wait. */
  async kill(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.groups.flat().map(({ run }) => run.kill()));
    this.guard.close();
  }

  private find(name: string): Watched {
    const watched = this.groups.flat().find(({ spec }) => spec.name === name);
    if (watched === undefined) throw new Error(`No process called ${name} was started`);
    return watched;
  }

  private async startOne(watched: Watched): Promise<void> {
    await this.run(watched);
    if (watched.spec.ready !== 'when it ends') this.emit('ready', watched.spec.name, watched.run.pid);
  }

  /** Resolves when it is ready; from then on it is restarted when it ends. */
  private async run(watched: Watched): Promise<void> {
    const { spec, run } = watched;
    run.on('line', (line) => this.emit('line', spec.name, line));
    run.once('spawn', (pid) => this.guard.watch(pid));
    run.once('exit', () => this.guard.release(run.pid));
    await run.start();
    if (spec.ready === 'when it ends') return;
    const readyAt = performance.now();
    run.once('exit', (ended) => void this.restart(watched, ended, performance.now() - readyAt));
  }

  private async restart(watched: Watched, ended: ProcessEnded, upMs: number): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.emit('crash', ended);
    watched.failures = upMs >= this.backoff.trustedAfterMs ? 1 : watched.failures + 1;
    await this.pause(Math.min(this.backoff.firstMs * 2 ** (watched.failures - 1), this.backoff.mostMs));
    if (this.stopping.signal.aborted) return;
    watched.run = new ManagedProcess(watched.spec);
    try {
      await this.run(watched);
    } catch (failure) {
      return this.restart(watched, failure as ProcessEnded, 0);
    }
    this.emit('ready', watched.spec.name, watched.run.pid);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

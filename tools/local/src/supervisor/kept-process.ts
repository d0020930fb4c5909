import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { ManagedProcess, type ProcessEnded, type ProcessSpec } from './managed-process.ts';

/** How long a process that ended by itself stays down: doubling, until it has stayed up long enough to be trusted. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly trustedAfterMs: number;
}

interface Events {
  line: [line: string];
  spawn: [pid: number];
  exit: [pid: number];
  /** Ready, for the first time or again. */
  ready: [pid: number];
  /** It ended, and nobody had asked it to. */
  crash: [ended: ProcessEnded];
}

/** Nothing is started any more. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** One process over all its runs: started again when it ends, at once or after an absence that somebody asked for. */
export class KeptProcess extends EventEmitter<Events> {
  readonly name: string;
  private spec: ProcessSpec;
  private readonly backoff: Backoff;
  private readonly stopping: AbortSignal;
  private run: ManagedProcess;
  private startedAt = 0;
  private readyAt: number | undefined;
  private readiness = this.newReadiness();
  private failures = 0;
  /** Whether the end of this run, or its absence, was asked for. */
  private asked = false;
  private downUntil = 0;
  private reconsider: () => void = () => undefined;

  constructor(spec: ProcessSpec, backoff: Backoff, stopping: AbortSignal) {
    super();
    this.name = spec.name;
    this.spec = spec;
    this.backoff = backoff;
    this.stopping = stopping;
    this.run = new ManagedProcess(spec);
    stopping.addEventListener('abort', () => this.reconsider());
    stopping.addEventListener('abort', () => this.readiness.reject(new Stopped()));
  }

  /** The process id of the current run; 0 while it is down. */
  get pid(): number {
    return this.run.running ? this.run.pid : 0;
  }

  /** Resolves when it is ready; from then on it is started again when it ends. @throws ProcessEnded when it does not become so */
  async start(): Promise<void> {
    await this.begin();
    if (this.spec.ready !== 'when it ends') void this.keep();
  }

  /** Resolves when it is ready, with the milliseconds that this took from its last start. @throws Stopped */
  untilReady(): Promise<number> {
    return this.readiness.promise;
  }

  /** A process that ends from it is started again like any that crashed. */
  signal(signal: NodeJS.Signals): void {
    this.run.signal(signal);
  }

  /** Ends it, at once or as it likes, and resolves when it is gone; it is started again `forMs` from now, or by `up`. */
  async down({ forMs = Infinity, politely = false } = {}): Promise<void> {
    this.asked = true;
    this.downUntil = performance.now() + forMs;
    this.reconsider();
    await (politely ? this.run.stop() : this.run.kill());
  }

  /** Ends its absence; resolves when it is ready. */
  async up(): Promise<void> {
    this.downUntil = 0;
    this.reconsider();
    await this.untilReady();
  }

  /** From its next run on. */
  change(change: Partial<ProcessSpec>): void {
    this.spec = { ...this.spec, ...change, name: this.name };
  }

  stop(): Promise<void> {
    return this.run.stop();
  }

  kill(): Promise<void> {
    return this.run.kill();
  }

  private async begin(): Promise<void> {
    const { run } = this;
    run.on('line', (line) => this.emit('line', line));
    run.once('spawn', (pid) => {
      this.emit('spawn', pid);
      // Somebody asked between two runs.
      if (this.downUntil > performance.now()) void run.kill();
    });
    run.once('exit', () => {
      // Before anybody goes on who waited for its end.
      if (this.readyAt !== undefined) this.readiness = this.newReadiness();
      this.emit('exit', run.pid);
    });
    this.startedAt = performance.now();
    await run.start();
    if (this.spec.ready === 'when it ends') return;
    this.readyAt = performance.now();
    this.readiness.resolve(this.readyAt - this.startedAt);
    this.emit('ready', run.pid);
  }

  private async keep(): Promise<void> {
    let ended = await this.run.ended();
    while (!this.stopping.aborted) {
      if (!this.asked) this.backOff(ended);
      await this.absence();
      if (!this.stopping.aborted) ended = await this.runAgain();
    }
  }

  /** Resolves when that run has ended too. */
  private async runAgain(): Promise<ProcessEnded | undefined> {
    this.asked = false;
    this.readyAt = undefined;
    this.run = new ManagedProcess(this.spec);
    try {
      await this.begin();
      return await this.run.ended();
    } catch (ended) {
      return ended as ProcessEnded;
    }
  }

  private backOff(ended: ProcessEnded | undefined): void {
    const { firstMs, mostMs, trustedAfterMs } = this.backoff;
    const upMs = this.readyAt === undefined ? 0 : performance.now() - this.readyAt;
    this.failures = upMs >= trustedAfterMs ? 1 : this.failures + 1;
    this.downUntil = performance.now() + Math.min(firstMs * 2 ** (this.failures - 1), mostMs);
    if (ended !== undefined) this.emit('crash', ended);
  }

  private async absence(): Promise<void> {
    while (!this.stopping.aborted && this.downUntil > performance.now()) {
      const asked = new AbortController();
      this.reconsider = () => asked.abort();
      // A timer holds 24 days at most.
      const ms = Math.min(this.downUntil - performance.now(), 2 ** 31 - 1);
      await sleep(ms, undefined, { signal: asked.signal }).catch(() => undefined);
    }
  }

  private newReadiness(): PromiseWithResolvers<number> {
    const readiness = Promise.withResolvers<number>();
    readiness.promise.catch(() => undefined);
    return readiness;
  }
}

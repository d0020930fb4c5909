import { Injectable, Logger, Optional } from '@nestjs/common';
import { setting, Settings } from '@towpath/config';

import { within } from './within.ts';

export class LifecycleSettings extends Settings({
  drainDelayMs: setting.durationMs({
    default: 0,
    max: 30_000,
    meaning:
      'how long to serve on after the signal to stop, so that routers notice that the service is no longer ready',
  }),
}) {}

/** Work that goes on without being asked: consumers, relay, sweeps. Runs in the roles `worker` and `all`. */
export interface Background {
  readonly name: string;
  /** Runs in the role `api` too, as what keeps this very process going does. */
  readonly inEveryRole?: boolean;
  start(): void | Promise<void>;
  /** Takes up no new work and resolves when what was begun has ended. May be called while `start` still runs. */
  stop(): Promise<void>;
}

/** The door that requests come in through. */
export interface Server {
  /** Accepts no more connections; resolves when every request is answered. */
  close(): Promise<void>;
  closeIdle?(): void;
  /** Cuts what did not end in time. */
  closeAll?(): void;
}

interface Named {
  readonly name: string;
  run(): Promise<void>;
}

/** Milliseconds that each step of the shutdown may take. A pod's grace of 50 s leaves room after the hard exit. */
export const limits = {
  backgroundMs: 10_000,
  requestsMs: 15_000,
  closingMs: 5_000,
  flushMs: 3_000,
  hardExitMs: 40_000,
};

/**
 * The one coordinator of a process' start and end. Started: background parts, in the order of their registration, before
 * anybody listens. Stopped: see {@link Lifecycle.drain}.
 */
@Injectable()
export class Lifecycle {
  private readonly logger = new Logger(Lifecycle.name);
  private readonly parts: Background[] = [];
  private readonly started: Background[] = [];
  private readonly closers: Named[] = [];
  private readonly flushers: Named[] = [];
  private readonly drainBegun = Promise.withResolvers<void>();
  private server?: Server;
  private phase: 'starting' | 'serving' | 'draining' = 'starting';
  private end?: Promise<number>;
  private exitCode = 0;
  private startFailed = false;

  constructor(@Optional() private readonly settings?: LifecycleSettings) {}

  /** What runs between start and drain. */
  background(part: Background): void {
    this.parts.push(part);
  }

  /** What is closed once nothing needs it any more; the last registered is closed first. */
  closing(name: string, close: () => Promise<void>): void {
    this.closers.push({ name, run: close });
  }

  /** What is flushed last of all, such as spans that are still in memory. */
  flushing(name: string, flush: () => Promise<void>): void {
    this.flushers.push({ name, run: flush });
  }

  /** @throws what the start of a part throws; the caller then drains */
  async start(options: { background: boolean } = { background: true }): Promise<void> {
    for (const part of this.parts) {
      if (this.draining) return;
      if (!options.background && !part.inEveryRole) continue;
      this.started.push(part);
      await part.start();
    }
  }

  /** Said when the service answers requests (without a server: when its background work runs); from here on it can be ready. */
  serving(server?: Server): void {
    this.server = server;
    if (!this.draining) this.phase = 'serving';
  }

  get ready(): boolean {
    return this.phase === 'serving';
  }

  get draining(): boolean {
    return this.phase === 'draining';
  }

  /** Resolves when draining begins. */
  get begun(): Promise<void> {
    return this.drainBegun.promise;
  }

  /**
   * Readiness goes, requests are served on for a while, background parts stop, requests end, connections close, telemetry
   * is flushed. A step that fails or takes too long is logged and passed over. Resolves with the exit code; may be called again.
   */
  drain(): Promise<number> {
    this.end ??= this.runDrain();
    return this.end;
  }

  /** The start failed: what has begun is drained. Whoever started it says why, and ends the process with a code that tells. */
  giveUp(): Promise<number> {
    this.startFailed = true;
    return this.drain();
  }

  get gaveUp(): boolean {
    return this.startFailed;
  }

  /** Nothing can be trusted any more: log why, drain, and end with 1. */
  fail(reason: unknown): void {
    this.exitCode = 1;
    this.logger.fatal({ msg: 'Failed, draining', err: reason });
    void this.drain();
  }

  private async runDrain(): Promise<number> {
    this.phase = 'draining';
    this.drainBegun.resolve();
    this.logger.log('Draining');
    await this.serveOn();
    await Promise.all(this.started.map((part) => this.step(part.name, limits.backgroundMs, () => part.stop())));
    await this.closeServer();
    for (const { name, run } of this.closers.toReversed()) await this.step(name, limits.closingMs, run);
    await Promise.all(this.flushers.map(({ name, run }) => this.step(name, limits.flushMs, run)));
    return this.exitCode;
  }

  private async serveOn(): Promise<void> {
    const drainDelayMs = this.settings?.drainDelayMs ?? 0;
    if (drainDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
  }

  private async closeServer(): Promise<void> {
    const server = this.server;
    if (!server) return;
    const ended = await this.step('requests', limits.requestsMs, async () => {
      const closed = server.close();
      server.closeIdle?.();
      await closed;
    });
    if (!ended) server.closeAll?.();
  }

  /** False, and a log line naming it, if the step failed or did not end within `ms`. Never rejects. */
  private async step(name: string, ms: number, run: () => Promise<void>): Promise<boolean> {
    try {
      await within(ms, run());
      return true;
    } catch (err) {
      this.logger.error({ msg: `${name} did not end as it should`, err });
      return false;
    }
  }
}

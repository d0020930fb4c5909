import { Logger } from '@nestjs/common';

import type { Background } from './lifecycle.ts';

export interface PeriodicOptions {
  readonly everyMs: number;
  /** Fraction (0–1) by which each wait is longer or shorter at random, so that processes do not run in step. */
  readonly jitter?: number;
  /** Also in the role `api`. */
  readonly inEveryRole?: boolean;
}

/** Runs at its start, then again and again with `everyMs` between, never overlapping itself. An error is logged and the loop goes on. */
export class Periodic implements Background {
  private readonly logger: Logger;
  private loop?: Promise<void>;
  private stopped = false;
  private woken = false;
  private endWait = () => {};

  constructor(
    readonly name: string,
    private readonly options: PeriodicOptions,
    private readonly run: () => Promise<void>,
  ) {
    this.logger = new Logger(name);
  }

  get inEveryRole(): boolean {
    return this.options.inEveryRole ?? false;
  }

  start(): void {
    this.loop ??= this.repeat();
  }

  /** Run as soon as possible: now, or once more after the run that is under way. */
  wake(): void {
    this.woken = true;
    this.endWait();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endWait();
    await this.loop;
  }

  private async repeat(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      await this.runOnce();
      if (!this.woken && !this.stopped) await this.wait();
    }
  }

  private async runOnce(): Promise<void> {
    try {
      await this.run();
    } catch (err) {
      this.logger.error({ msg: `${this.name} failed, it goes on`, err });
    }
  }

  private wait(): Promise<void> {
    const { everyMs, jitter = 0 } = this.options;
    const waitMs = everyMs * (1 + jitter * (2 * Math.random() - 1));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a run: how far it is, and waiting that ends with it. */
export class Clock {
  /** Aborted when the run has to end; its reason says why. */
  readonly signal: AbortSignal;
  private startedAt = performance.now();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Milliseconds since the load began. */
  get elapsedMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  /** From here on it counts. */
  start(): void {
    this.startedAt = performance.now();
  }

  /** @throws the reason of the run's end, when that comes first */
  async sleep(ms: number): Promise<void> {
    this.signal.throwIfAborted();
    await sleep(ms, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
  }

  /** Waits until something is so. @throws the reason of the run's end, or an Error after `withinMs` */
  async until(what: string, isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<number> {
    const begunAt = performance.now();
    while (!(await isSo())) {
      if (performance.now() - begunAt > withinMs) throw new Error(`Not within ${withinMs / 1_000} s: ${what}`);
      await this.sleep(50);
    }
    return Math.round(performance.now() - begunAt);
  }

  /** Stops waiting for something when the run has to end. */
  within<T>(work: Promise<T>): Promise<T> {
    const ended = new Promise<never>((_, reject) => {
      if (this.signal.aborted) reject(this.signal.reason as Error);
      this.signal.addEventListener('abort', () => reject(this.signal.reason as Error), { once: true });
    });
    return Promise.race([work, ended]);
  }
}

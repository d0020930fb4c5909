import { setTimeout as wait } from 'node:timers/promises';

import { Database, type Session } from '@towpath/database';

import { endWhenIdle, lockBuckets } from './bucket-lock.repository.ts';
import { bucketCount } from './outbox.ts';
import { outboxChannel } from './outbox-signal.ts';

const lookEveryMs = 1_000;
const all = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/**
 * The buckets that this process serves: it holds their advisory locks on one connection, so that a crash frees them at once.
 * A stopped process stops looking after that connection, and the server ends it after ten idle seconds.
 */
export class Buckets {
  readonly #owned = new Set<number>();
  readonly #stop = new AbortController();
  #session: Session | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly wake: () => void,
  ) {}

  get owned(): number[] {
    return [...this.#owned];
  }

  owns(bucket: number): boolean {
    return this.#owned.has(bucket);
  }

  start(): void {
    this.#running = this.run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  private async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.hold().catch(() => undefined);
      this.lose(this.#session);
      await this.pause();
    }
  }

  /** Ends when the connection does. */
  private async hold(): Promise<void> {
    const session = await this.database.session();
    this.#session = session;
    void session.ended.then(() => this.lose(session));
    await endWhenIdle(session);
    await session.listen(outboxChannel, this.wake);
    while (!this.#stop.signal.aborted) {
      await this.take(session);
      await this.pause();
    }
  }

  private async take(session: Session): Promise<void> {
    const missing = all.filter((bucket) => !this.#owned.has(bucket));
    // With nothing missing this is the sign of life that keeps the connection.
    const taken = await lockBuckets(session, missing);
    for (const bucket of taken) this.#owned.add(bucket);
    if (taken.length > 0) this.wake();
  }

  private lose(session: Session | undefined): void {
    if (!session || session !== this.#session) return;
    this.#owned.clear();
    this.#session = undefined;
    void session.close().catch(() => undefined);
  }

  private async pause(): Promise<void> {
    await wait(lookEveryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

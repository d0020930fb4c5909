import { setTimeout as wait } from 'node:timers/promises';

import { failpoint } from '@towpath/failpoints';

import type { DeliveryRepository, FailedSending } from './delivery.repository.ts';
import type { OutboxRepository } from './outbox.repository.ts';
import type { Outcome } from './transport.ts';

interface Settled {
  readonly id: string;
  readonly outcome: Outcome;
  readonly retryInMs: number;
}

interface Waiting extends Settled {
  readonly done: () => void;
}

const longestErrorKept = 500;

/** Writes down what became of messages. One at a time, and all that came up meanwhile in one statement. */
export class Settlement {
  readonly #waiting = new Map<string, Waiting[]>();
  #writing = false;
  #givenUp = false;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** Resolves once it is written, or given up at shutdown: then the message is sent again, and the subscriber drops it. */
  settle(subscriber: string, settled: Settled): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(subscriber) ?? [];
    this.#waiting.set(subscriber, [...waiting, { ...settled, done: resolve }]);
    if (!this.#writing) void this.writeAll();
    return promise;
  }

  /** From now on each is tried once. */
  giveUp(): void {
    this.#givenUp = true;
  }

  private async writeAll(): Promise<void> {
    this.#writing = true;
    for (let next = this.next(); next; next = this.next()) {
      const [subscriber, batch] = next;
      await this.persist(() => this.write(subscriber, batch));
      for (const { done } of batch) done();
    }
    this.#writing = false;
  }

  private next(): [string, Waiting[]] | undefined {
    const [next] = this.#waiting;
    if (next) this.#waiting.delete(next[0]);
    return next;
  }

  private async persist(write: () => Promise<void>): Promise<void> {
    do {
      try {
        return await write();
      } catch {
        await wait(200);
      }
    } while (!this.#givenUp);
  }

  private async write(subscriber: string, batch: readonly Waiting[]): Promise<void> {
    const accepted = batch.filter(({ outcome }) => outcome.accepted).map(({ id }) => id);
    const failed = batch.flatMap(toFailure);
    failpoint('relay.marked-published', 'before');
    if (accepted.length > 0) await this.deliveries.acknowledged(subscriber, accepted);
    failpoint('relay.marked-published', 'after');
    const later = failed.filter(({ permanent }) => !permanent);
    if (later.length > 0) await this.deliveries.failed(subscriber, later);
    for (const { id, error } of failed.filter(({ permanent }) => permanent)) await this.outbox.park(id, error);
  }
}

function toFailure({ id, outcome, retryInMs }: Settled): (FailedSending & { permanent: boolean })[] {
  if (outcome.accepted) return [];
  return [{ id, retryInMs, error: outcome.error.slice(0, longestErrorKept), permanent: outcome.permanent ?? false }];
}

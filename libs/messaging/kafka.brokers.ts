import { setTimeout as wait } from 'node:timers/promises';

import { Logger } from '@nestjs/common';
import { fullJitter, within } from '@towpath/health';

import { explain, KafkaMisconfigured, refusalOf } from './kafka.failures.ts';
import type { KafkaTopics } from './kafka.topics.ts';

const answerMs = 800;
const backoff = { firstMs: 100, mostMs: 2_000 };

/** Knows whether there are brokers, and whether they are the right ones: both are found out at the first contact. */
export class KafkaBrokers {
  readonly #logger = new Logger('Kafka');
  readonly #end = new AbortController();
  readonly #missed = Promise.withResolvers<void>();
  #right: Promise<void> | undefined;
  #away = false;

  constructor(private readonly topics: KafkaTopics) {}

  /** Nobody waits for brokers any longer. */
  giveUp(): void {
    this.#end.abort(new Error('this service is stopping'));
  }

  /** Resolves once brokers were reached and are as the settings say. @throws KafkaMisconfigured when they are not */
  right(): Promise<void> {
    this.#right ??= this.persist(() => this.topics.check(), { refused: true });
    return this.#right;
  }

  /** As {@link right}, but resolves too once brokers were not reached at the first try. */
  async firstTry(): Promise<void> {
    await Promise.race([this.right(), this.#missed.promise]);
  }

  /** What it resolves with, however long the brokers are away. @throws when the service stops */
  async reach<T>(work: () => Promise<T>): Promise<T> {
    await this.right();
    return this.persist(work, { refused: false });
  }

  /** Whether one of them can be reached now. */
  async answer(): Promise<boolean> {
    return within(answerMs, this.topics.touch()).then(
      () => true,
      () => false,
    );
  }

  /** `refused`: to be refused is a mistake of the settings. Later it is one of the brokers', and passes as one of theirs. */
  private async persist<T>(work: () => Promise<T>, { refused }: { refused: boolean }): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.#end.signal.throwIfAborted();
      try {
        const done = await work();
        this.note(undefined);
        return done;
      } catch (error) {
        if (error instanceof KafkaMisconfigured) throw error;
        const refusal = refusalOf(error);
        if (refused && refusal) throw new KafkaMisconfigured(refusal, { cause: error });
        this.note(error);
        this.#missed.resolve();
        await wait(fullJitter(attempt, backoff), undefined, { signal: this.#end.signal }).catch(() => undefined);
      }
    }
  }

  private note(error: unknown): void {
    const away = error !== undefined;
    if (away === this.#away) return;
    this.#away = away;
    if (!away) return this.#logger.log('The brokers are reached again.');
    const reason = refusalOf(error) ?? `The brokers cannot be reached (${explain(error)}).`;
    this.#logger.error(`${reason} Messages wait in the outbox, and it is tried on.`);
  }
}

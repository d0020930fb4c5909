import { failpoint } from '@towpath/failpoints';
import { fullJitter, within } from '@towpath/health';
import type { Consumer, EachBatchPayload } from 'kafkajs';

import { arrived, placeOf } from './kafka.record.ts';
import type { Receive } from './transport.ts';

/** The library fetches nothing more from a broker before all that it fetched is handled: so long a partition may hold up others. */
const patienceMs = 500;
const disconnectMs = 5_000;
const commitEveryMs = 1_000;
const later = { firstMs: 250, mostMs: 5_000 };

/** One membership in the group, from joining to its end. It never begins again: whoever wants that opens another. */
export class KafkaSession {
  /** Resolves with the reason when it ended by itself. */
  readonly crashed: Promise<unknown>;
  readonly #working = new Set<Promise<unknown>>();
  readonly #failures = new Map<string, number>();
  #generation = 0;
  #closing = false;
  #polledAt = performance.now();
  #last: EachBatchPayload | undefined;

  constructor(
    private readonly consumer: Consumer,
    private readonly topics: readonly string[],
    private readonly receive: Receive,
  ) {
    const { COMMIT_OFFSETS, CRASH, FETCH, GROUP_JOIN, HEARTBEAT } = consumer.events;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.crashed = promise;
    consumer.on(CRASH, ({ payload }) => resolve(payload.error));
    for (const event of [FETCH, GROUP_JOIN, HEARTBEAT] as const)
      consumer.on(event, () => void (this.#polledAt = performance.now()));
    consumer.on(GROUP_JOIN, () => void (this.#generation += 1));
    if (TOWPATH_TEST_BUILD) consumer.on(COMMIT_OFFSETS, () => failpoint('consumer.offset-committed', 'after'));
  }

  /** Milliseconds since it was last heard that this member asks for messages. */
  get silentForMs(): number {
    return performance.now() - this.#polledAt;
  }

  /** @throws when the brokers are away */
  async open(partitionsAtOnce: number): Promise<void> {
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: [...this.topics], fromBeginning: true });
      await this.consumer.run({
        eachBatchAutoResolve: false,
        autoCommitInterval: commitEveryMs,
        partitionsConsumedConcurrently: partitionsAtOnce,
        eachBatch: (payload) => this.take(payload),
      });
    } catch (error) {
      void this.leave();
      throw error;
    }
  }

  /** Takes no more, waits for the messages being handled, notes how far it came, and leaves the group. */
  async close(): Promise<void> {
    this.#closing = true;
    try {
      this.consumer.pause(this.topics.map((topic) => ({ topic })));
    } catch {
      // It has crashed, and takes no more.
    }
    await Promise.allSettled(this.#working);
    if (this.#last) await this.commit(this.#last);
    await this.leave();
  }

  private async leave(): Promise<void> {
    await within(disconnectMs, this.consumer.disconnect()).catch(() => undefined);
  }

  /** Never throws: to the library that would be a reason to begin again. A partition that takes long is paused, and goes on apart. */
  private async take(payload: EachBatchPayload): Promise<void> {
    this.#last = payload;
    // The library may fail to note an offset, as of a partition that has just gone: then it is read again.
    const tried = this.work(payload).catch(() => false);
    const work = tried.finally(() => this.#working.delete(work));
    this.#working.add(work);
    const done = await within(patienceMs, work).catch(() => undefined);
    // When closing all of them are paused; to pause or resume one would have others fetched again, for nothing.
    if (done === true || this.#closing) return;
    const go = payload.pause();
    const resume = () => void (this.#closing || go());
    if (done === undefined) void work.then((well) => this.goOn(payload, resume, well));
    else void this.goOn(payload, resume, done);
  }

  private async goOn(payload: EachBatchPayload, resume: () => void, well: boolean): Promise<void> {
    await this.commit(payload);
    if (well) return resume();
    const partition = `${payload.batch.topic}/${payload.batch.partition}`;
    const attempt = (this.#failures.get(partition) ?? 0) + 1;
    this.#failures.set(partition, attempt);
    setTimeout(resume, fullJitter(attempt, later)).unref();
  }

  /** False when a message must be tried again later: it stays the next one of its partition. */
  private async work({ batch, resolveOffset, commitOffsetsIfNecessary, ...run }: EachBatchPayload): Promise<boolean> {
    const generation = this.#generation;
    const isOurs = () => generation === this.#generation && run.isRunning() && !run.isStale();
    for (const message of batch.messages) {
      if (this.#closing || !isOurs()) return true;
      try {
        await this.receive(arrived(batch, message), placeOf(batch, message));
      } catch {
        return false;
      }
      // Whoever has the partition now reads it again, and drops it.
      if (!isOurs()) return true;
      failpoint('consumer.offset-committed', 'before');
      resolveOffset(message.offset);
      this.#failures.delete(`${batch.topic}/${batch.partition}`);
      await commitOffsetsIfNecessary().catch(() => undefined);
    }
    return true;
  }

  /** The library notes offsets only after what it waited for. If that fails, messages are read again, and dropped. */
  private async commit({ commitOffsetsIfNecessary, uncommittedOffsets }: EachBatchPayload): Promise<void> {
    try {
      await commitOffsetsIfNecessary(uncommittedOffsets());
    } catch {
      // The next one commits them too.
    }
  }
}

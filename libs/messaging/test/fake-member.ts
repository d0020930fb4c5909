import { EventEmitter } from 'node:events';

import type { Consumer, ConsumerRunConfig, EachBatchPayload } from 'kafkajs';
// @ts-expect-error This part of the library has no types.
import SubscriptionState from 'kafkajs/src/consumer/subscriptionState.js';

interface Subscriptions {
  assign(all: { topic: string; partitions: number[] }[]): void;
  pause(some: { topic: string; partitions?: number[] }[]): void;
  resume(some: { topic: string; partitions: number[] }[]): void;
  active(): { topic: string; partitions: number[] }[];
}

/** The consumer of the library without its brokers: a test hands it what it fetched. What is paused, the library's own code says. */
export class FakeMember {
  readonly #events = new EventEmitter();
  readonly #subscriptions = new (SubscriptionState as new () => Subscriptions)();
  #take: ConsumerRunConfig['eachBatch'];
  hasLeft = false;

  constructor(
    private readonly topic: string,
    partitions: number[],
  ) {
    this.#subscriptions.assign([{ topic, partitions }]);
  }

  get consumer(): Consumer {
    return {
      events: { COMMIT_OFFSETS: 'committed', CRASH: 'crash', FETCH: 'fetch', GROUP_JOIN: 'join', HEARTBEAT: 'beat' },
      on: (name: string, listener: () => void) => this.#events.on(name, listener),
      connect: async () => undefined,
      subscribe: async () => undefined,
      run: async ({ eachBatch }: ConsumerRunConfig) => void (this.#take = eachBatch),
      pause: (topics: { topic: string }[]) => this.#subscriptions.pause(topics),
      disconnect: async () => void (this.hasLeft = true),
    } as unknown as Consumer;
  }

  /** The partitions that are asked for. */
  get fetching(): number[] {
    return this.#subscriptions.active().flatMap(({ partitions }) => partitions);
  }

  /** One message of a partition arrives. Resolves once the library may fetch on. */
  async deliver(partition: number, more: Partial<EachBatchPayload> = {}): Promise<void> {
    const { topic } = this;
    const some = [{ topic, partitions: [partition] }];
    const message = { offset: '7', key: Buffer.from('a'), value: Buffer.from('{}'), timestamp: '0' };
    const payload = {
      batch: { topic, partition, messages: [message] },
      pause: () => {
        this.#subscriptions.pause(some);
        return () => this.#subscriptions.resume(some);
      },
      resolveOffset: () => undefined,
      uncommittedOffsets: () => ({ topics: [] }),
      commitOffsetsIfNecessary: async () => undefined,
      isRunning: () => true,
      isStale: () => false,
      ...more,
    };
    await this.#take?.(payload as unknown as EachBatchPayload);
  }
}

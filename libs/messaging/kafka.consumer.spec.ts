import { Logger } from '@nestjs/common';
import type { Topic } from '@towpath/messages';
import { eventually } from '@towpath/testing';
import type { Consumer } from 'kafkajs';

import { KafkaBrokers } from './kafka.brokers.ts';
import type { KafkaClient } from './kafka.client.ts';
import { KafkaConsumer } from './kafka.consumer.ts';
import type { KafkaTopics } from './kafka.topics.ts';
import { FakeMember } from './test/fake-member.ts';
import type { TransportParts } from './transport.provider.ts';

type Mood = 'well' | 'away' | 'slow to let members in';

/** Brokers as the test wants them, and a process that is told when it must end. */
class Surroundings {
  readonly members: FakeMember[] = [];
  readonly failures: unknown[] = [];
  readonly #end = Promise.withResolvers<never>();
  mood: Mood = 'well';
  tries = 0;
  alive: () => Promise<void> = async () => undefined;

  readonly #topics = { check: async () => undefined, touch: async () => this.answer() };
  readonly #client = {
    config: { kafkaPartitionsAtOnce: 1, kafkaSessionTimeoutMs: 15_000 },
    consumer: () => this.join(),
  };
  readonly #parts = {
    identity: { name: 'bill' },
    subscriptions: { topics: new Map([['readings', {} as Topic]]) },
    process: {
      lifecycle: { fail: (reason: unknown) => this.failures.push(reason) },
      liveness: { check: (_: string, probe: () => Promise<void>) => void (this.alive = probe) },
    },
  };
  readonly consumer = new KafkaConsumer(
    this.#client as unknown as KafkaClient,
    new KafkaBrokers(this.#topics as unknown as KafkaTopics),
    this.#parts as unknown as TransportParts,
  );

  constructor() {
    this.#end.promise.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#end.reject(new Error('the connection is closed'));
    await this.consumer.stop();
  }

  private answer(): void {
    if (this.mood === 'away') throw new Error('connection refused');
  }

  private async join(): Promise<Consumer> {
    this.tries += 1;
    this.answer();
    if (this.mood !== 'well') return this.#end.promise;
    const member = new FakeMember('readings', [0]);
    this.members.push(member);
    return member.consumer;
  }
}

describe('consumer', () => {
  let around: Surroundings;
  let laterMs: number;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    laterMs = 0;
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
    around = new Surroundings();
    await around.consumer.start(async () => undefined);
    await eventually(() => around.members).toHaveLength(1);
  });
  afterEach(async () => {
    await around.stop();
    jest.restoreAllMocks();
  });

  it('When a member asks for nothing for long, then another one takes its place, and the process goes on', async () => {
    laterMs = 45_000;

    await eventually(() => around.members).toHaveLength(2);

    expect(around.members.map(({ hasLeft }) => hasLeft)).toEqual([true, false]);
    expect(around.failures).toEqual([]);
  });

  it('When brokers were away for long, then the process lives when they are back, unless it cannot join for long either', async () => {
    around.mood = 'away';
    laterMs = 200_000;
    await eventually(() => around.tries).toBeGreaterThan(1);
    await expect(around.alive()).resolves.toBeUndefined();

    around.mood = 'slow to let members in';
    const before = around.tries;
    await eventually(() => around.tries).toBeGreaterThan(before);
    await expect(around.alive()).resolves.toBeUndefined();

    laterMs = 300_000;
    await expect(around.alive()).rejects.toThrow('the consumer has asked for nothing for');
  });
});

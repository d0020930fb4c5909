import { setTimeout as wait } from 'node:timers/promises';

import { failpoint } from '@towpath/failpoints';
import { within } from '@towpath/health';
import type { Producer, RecordMetadata } from 'kafkajs';

import type { KafkaBrokers } from './kafka.brokers.ts';
import { type KafkaClient, requestMs } from './kafka.client.ts';
import { isTooLarge } from './kafka.failures.ts';
import { type KafkaMessage, TooLarge } from './kafka.partition.ts';

/** Of ours, for one batch: waiting for brokers, connecting and sending together. */
const sendMs = 15_000;
const disconnectMs = 5_000;
const allReplicas = -1;

/**
 * Sends batches, each to one partition. Only the broker's answer for exactly that partition counts. After any error the
 * connection is given up for a new one: the library's own ways back have reported lost messages as sent.
 */
export class KafkaProducer {
  #current: Promise<Producer> | undefined;
  readonly #retired = new Set<Promise<void>>();

  constructor(
    private readonly client: KafkaClient,
    private readonly brokers: KafkaBrokers,
  ) {}

  /** Resolves once the broker has them all. @throws when it has not, or nobody knows; TooLarge when it never will */
  async send(topic: string, partition: number, messages: readonly KafkaMessage[]): Promise<void> {
    const giveUpAt = performance.now() + sendMs;
    const producer = await within(sendMs, this.connected());
    try {
      const records = messages.map((message) => ({ ...message, partition }));
      failpoint('relay.sent', 'before');
      const sent = producer.send({ topic, messages: records, acks: allReplicas, timeout: requestMs });
      const reply = await within(Math.max(1, giveUpAt - performance.now()), sent);
      failpoint('relay.acknowledged', 'before');
      assertStored(reply, topic, partition);
    } catch (error) {
      this.retire(producer);
      throw isTooLarge(error) ? new TooLarge(String(error)) : error;
    }
  }

  /** What is under way may end; then connections are closed. */
  async close(): Promise<void> {
    const current = await Promise.race([this.#current?.catch(() => undefined), wait(1)]);
    if (current) this.retire(current);
    await Promise.all(this.#retired);
  }

  private connected(): Promise<Producer> {
    this.#current ??= this.connect().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    return this.#current;
  }

  private connect(): Promise<Producer> {
    return this.brokers.reach(async () => {
      const producer = await this.client.producer();
      await producer.connect().catch((error: unknown) => {
        void producer.disconnect().catch(() => undefined);
        throw error;
      });
      return producer;
    });
  }

  /** Batches of other partitions that are under way end on it; it may hang on one of them, and is left behind then. */
  private retire(producer: Producer): void {
    void this.#current?.then((current) => {
      if (current === producer) this.#current = undefined;
    });
    const gone = within(disconnectMs, producer.disconnect()).catch(() => undefined);
    this.#retired.add(gone);
    void gone.finally(() => this.#retired.delete(gone));
  }
}

/** @throws unless the broker says that it has stored something in this partition, and nowhere else */
export function assertStored(reply: readonly RecordMetadata[], topic: string, partition: number): void {
  const [stored, ...others] = reply;
  if (
    others.length > 0 ||
    stored?.topicName !== topic ||
    stored.partition !== partition ||
    stored.errorCode !== 0 ||
    !/^\d+$/.test(stored.baseOffset ?? '')
  )
    throw new Error(`the answer is not about ${topic}/${partition}: ${JSON.stringify(reply)}`);
}

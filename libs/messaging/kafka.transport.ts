import type { Topic } from '@towpath/messages';

import type { OutboxRow } from './envelope.ts';
import { KafkaBrokers } from './kafka.brokers.ts';
import { KafkaClient } from './kafka.client.ts';
import type { KafkaConfig } from './kafka.config.ts';
import { KafkaConsumer } from './kafka.consumer.ts';
import { KafkaPartition } from './kafka.partition.ts';
import { partitioner } from './kafka.partitioner.ts';
import { KafkaProducer } from './kafka.producer.ts';
import { KafkaTopics } from './kafka.topics.ts';
import { sending } from './sending.ts';
import type { TransportParts } from './transport.provider.ts';
import { type Outcome, type Receive, Transport } from './transport.ts';

const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };

/** Brokers carry messages: a stream lies in one partition of its topic, in its order. */
export class KafkaTransport extends Transport {
  readonly #partitions = new Map<string, KafkaPartition>();
  #partitionOf: ((key: string) => number) | undefined;
  readonly #brokers: KafkaBrokers;
  readonly #producer: KafkaProducer;
  readonly #consumer: KafkaConsumer;

  /** @throws SettingsError when settings contradict each other */
  constructor(
    private readonly config: KafkaConfig,
    private readonly parts: TransportParts,
  ) {
    super();
    const { identity, relay, subscriptions, environment } = parts;
    const client = new KafkaClient(identity.name, config, environment);
    const read = [...subscriptions.topics.values()];
    const written = relay.topics.filter((topic: Topic) => topic.readBy.length > 0);
    this.#brokers = new KafkaBrokers(new KafkaTopics(client, [...written, ...read]));
    this.#producer = new KafkaProducer(client, this.#brokers);
    this.#consumer = new KafkaConsumer(client, this.#brokers, parts);
  }

  override async publish(_lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    this.#partitionOf ??= await partitioner(this.config.kafkaPartitions);
    const partitionOf = this.#partitionOf;
    return Promise.all(rows.map((row) => this.send(row, partitionOf(row.aggregateid))));
  }

  override subscribe(receive: Receive): Promise<void> {
    return this.#consumer.start(receive);
  }

  override unsubscribe(): Promise<void> {
    return this.#consumer.stop();
  }

  override stopWaiting(): void {
    this.#brokers.giveUp();
  }

  override close(): Promise<void> {
    return this.#producer.close();
  }

  private send(row: OutboxRow, partition: number): Promise<Outcome> {
    return sending(row, this.parts.identity.name, (envelope) => {
      const message = { key: row.aggregateid, value: JSON.stringify(envelope), headers };
      return this.partition(row.aggregatetype, partition).push(message);
    });
  }

  private partition(topic: string, number: number): KafkaPartition {
    const name = `${topic}/${number}`;
    const known = this.#partitions.get(name);
    if (known) return known;
    const made = new KafkaPartition((messages) => this.#producer.send(topic, number, messages));
    this.#partitions.set(name, made);
    return made;
  }
}

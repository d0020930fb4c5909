import { Environment, readSettings } from '@towpath/config';
import type { ThrowAwayKafka } from '@towpath/testing';

import { KafkaClient } from '../kafka.client.ts';
import { KafkaConfig } from '../kafka.config.ts';
import { partitioner } from '../kafka.partitioner.ts';
import { KafkaProvision } from '../kafka.provision.ts';
import { orders, readings } from './readings.ts';

const partitions = 4;

/** Settings of a service that talks to these brokers, after which a silent member of a group is soon given up. */
export function kafkaEnvironment(kafka: ThrowAwayKafka): Record<string, string> {
  return { ...kafka.settings, KAFKA_SESSION_TIMEOUT_MS: '3000', KAFKA_PARTITIONS: String(partitions) };
}

/** The topics of the tests' vocabulary, made as the command makes them. */
export async function provideTopics(kafka: ThrowAwayKafka, more: Record<string, string> = {}): Promise<string[]> {
  const environment = new Environment({ ...kafkaEnvironment(kafka), ...more });
  const client = new KafkaClient('meter', readSettings(KafkaConfig, environment), environment);
  return new KafkaProvision(client, [readings, orders]).run({ addPartitions: false });
}

/** Two names, of which the second begins as it is told and lies in another partition than the first. */
export async function metersApart(one: string, other: string): Promise<[string, string]> {
  const partitionOf = await partitioner(partitions);
  const names = Array.from({ length: 100 }, (_, index) => `${other}-${index}`);
  const apart = names.find((name) => partitionOf(name) !== partitionOf(one));
  return [one, apart ?? other];
}

import { Environment, readSettings } from '@towpath/config';
import type { ThrowAwayKafka } from '@towpath/testing';

import { KafkaClient } from '../kafka.client.ts';
import { KafkaConfig } from '../kafka.config.ts';
import { KafkaProvision } from '../kafka.provision.ts';
import { orders, readings } from './readings.ts';

/** Settings of a service that talks to these brokers, after which a silent member of a group is soon given up. */
export function kafkaEnvironment(kafka: ThrowAwayKafka): Record<string, string> {
  return { ...kafka.settings, KAFKA_SESSION_TIMEOUT_MS: '3000', KAFKA_PARTITIONS: '4' };
}

/** The topics of the tests' vocabulary, made as the command makes them. */
export async function provideTopics(kafka: ThrowAwayKafka, more: Record<string, string> = {}): Promise<string[]> {
  const environment = new Environment({ ...kafkaEnvironment(kafka), ...more });
  const client = new KafkaClient('meter', readSettings(KafkaConfig, environment), environment);
  return new KafkaProvision(client, [readings, orders]).run({ addPartitions: false });
}

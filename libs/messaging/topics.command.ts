import { parseArgs } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';
import { Environment, readSettings, ServiceIdentity } from '@towpath/config';

import { KafkaClient } from './kafka.client.ts';
import { KafkaConfig } from './kafka.config.ts';
import { KafkaProvision } from './kafka.provision.ts';
import { MessagingConfig } from './messaging.config.ts';
import { RelaySettings } from './relay.settings.ts';

const usage = 'Use: topics [--add-partitions]';

/** Makes the topics that the service whose bundle this is writes. */
export const topicsCommand = {
  name: 'topics',
  summary: 'makes the topics that this service writes, as KAFKA_* says; may be run again',
  async run(app: INestApplicationContext, args: readonly string[]): Promise<void> {
    const options = { addPartitions: parse(args) };
    const { topics } = app.get(RelaySettings);
    if (app.get(MessagingConfig).eventTransport !== 'kafka')
      throw new Error('There are no topics without brokers: EVENT_TRANSPORT must be "kafka".');
    if (topics.length === 0) return console.log('This service writes no topics.');
    const environment = app.get(Environment);
    const config = readSettings(KafkaConfig, environment);
    console.log(`Looking after ${topics.length} topics at ${config.kafkaBrokers} …`);
    const client = new KafkaClient(app.get(ServiceIdentity).name, config, environment);
    for (const line of await new KafkaProvision(client, topics).run(options)) console.log(line);
  },
};

function parse(args: readonly string[]): boolean {
  try {
    const options = { 'add-partitions': { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...args], options }).values['add-partitions'];
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

import { sql } from '@towpath/database';
import { describeWithKafka } from '@towpath/testing';

import { kafkaEnvironment, metersApart, provideTopics } from './kafka-environment.ts';
import { describeTransport } from './transport-contract.ts';

describeWithKafka('Kafka', (kafka) => {
  beforeAll(() => provideTopics(kafka));

  describeTransport({
    name: 'kafka',
    environments: async () => {
      const settings = kafkaEnvironment(kafka);
      return { meter: settings, bill: settings, chart: settings };
    },
    deliverAgain: async (sender) => void (await sender.rows(sql`UPDATE outbox SET published_at = NULL`)),
    lose: async (tx, meter, version) => {
      await tx.run(sql`UPDATE outbox SET published_at = now() WHERE aggregateid = ${meter} AND version = ${version}`);
    },
    apart: () => metersApart('slow', 'quick'),
  });
});

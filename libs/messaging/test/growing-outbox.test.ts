import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { Database, DatabaseConfig, type Sql, sql, type ThrowAwayDatabase, type Transaction } from '@towpath/database';

import { BrokerDeliveryRepository } from '../broker-delivery.repository.ts';
import { DeadLetterRepository } from '../dead-letter.repository.ts';
import { DirectDeliveryRepository } from '../direct-delivery.repository.ts';
import { InboxRepository } from '../inbox.repository.ts';
import { OutboxRepository } from '../outbox.repository.ts';
import { databaseOf } from './node.ts';
import { readings } from './readings.ts';

const due = { lane: 'bill', buckets: [0, 1, 2, 3, 4, 5, 6, 7], busy: [], limit: 200 };
const week = 7 * 86_400_000;
const service = new ServiceIdentity('bill', 'all');
const config = { eventTransport: 'direct' } as never;

/** All that is asked again and again, whether or not there is anything to do. */
const questions: readonly (readonly [string, (database: Database) => Promise<unknown>])[] = [
  ['messages that are due, to subscribers', (database) => new DirectDeliveryRepository(database).due(due)],
  ['messages that are due, to a broker', (database) => new BrokerDeliveryRepository(database).due(due)],
  ['messages of another transport', (database) => new DirectDeliveryRepository(database).adopt([readings])],
  ['messages to forget', (database) => new OutboxRepository(database, config).forget(week, 100)],
  ['the oldest unpublished message', (database) => new OutboxRepository(database, config).oldestUnpublishedSeconds()],
  ['parked messages', (database) => new OutboxRepository(database, config).parkedCount()],
  ['handled messages to forget', (database) => new InboxRepository(database, service).forget(30, 100)],
  ['the oldest waiting message', (database) => new InboxRepository(database, service).oldestWaitingSeconds()],
  ['open dead letters', (database) => new DeadLetterRepository(database, service).openCount()],
];

/** Rows of any table that this transaction's connection has read. */
async function rowsRead(tx: Transaction): Promise<number> {
  const { rows } = await tx.one<{ rows: number }>(sql`
    SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int AS rows FROM pg_stat_xact_user_tables`);
  return rows;
}

describe('an outbox that has grown', () => {
  let throwAway: ThrowAwayDatabase;
  let database: Database;

  beforeAll(async () => {
    throwAway = await databaseOf('bill');
    const settings = new Environment({ DATABASE_URL: throwAway.superuserUrl, DATABASE_STATEMENT_MS: '60000' });
    database = new Database(readSettings(DatabaseConfig, settings), service);
    await database.rows(sql`
      WITH said AS (
        INSERT INTO outbox (id, bucket, aggregatetype, aggregateid, version, type, schema_version, payload, headers, topic, published_at)
        SELECT gen_random_uuid(), n % 8, 'readings', 'meter-' || n, 1, 'reading', 1, '{}', '{}', 'readings', now()
        FROM generate_series(1, 5000) AS n RETURNING id)
      INSERT INTO outbox_delivery (message_id, subscriber, acked_at) SELECT id, 'bill', now() FROM said`);
    await database.rows(sql`
      INSERT INTO inbox (consumer, message_id, aggregate_id, version) SELECT 'bill', n, 'meter-' || n, 1 FROM generate_series(1, 5000) AS n`);
    for (const analyze of [sql`ANALYZE outbox`, sql`ANALYZE outbox_delivery`, sql`ANALYZE inbox`]) {
      await database.rows(analyze);
    }
  });
  afterAll(async () => {
    await database.close();
    await throwAway.drop();
  });

  it.each(questions)('When it is asked for %s, then nothing that is done with is read', async (_, ask) => {
    const read = await database.transaction(async (tx) => {
      const inTransaction = {
        rows: (statement: Sql) => tx.rows(statement),
        one: (statement: Sql) => tx.one(statement),
      } as unknown as Database;
      const before = await rowsRead(tx);
      await ask(inTransaction);
      return (await rowsRead(tx)) - before;
    });

    // The planner itself looks at the ends of indexes.
    expect(read).toBeLessThan(20);
  });
});

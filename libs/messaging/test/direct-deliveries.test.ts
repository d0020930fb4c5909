import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import {
  Database,
  DatabaseConfig,
  newId,
  type Sql,
  sql,
  type ThrowAwayDatabase,
  type Transaction,
} from '@towpath/database';

import { DirectDeliveryRepository } from '../direct-delivery.repository.ts';
import { databaseOf } from './node.ts';
import { readings } from './readings.ts';

describe('what subscribers have taken', () => {
  let throwAway: ThrowAwayDatabase;
  let database: Database;

  beforeAll(async () => {
    throwAway = await databaseOf('meter');
    const settings = new Environment({ DATABASE_URL: throwAway.url });
    database = new Database(readSettings(DatabaseConfig, settings), new ServiceIdentity('meter', 'all'));
  });
  afterAll(async () => {
    await database.close();
    await throwAway.drop();
  });

  const inside = (tx: Transaction) =>
    new DirectDeliveryRepository({ rows: (statement: Sql) => tx.rows(statement) } as unknown as Database);

  it('When two relays note the last two answers at the same moment, then the message becomes published all the same', async () => {
    const id = newId();
    await database.rows(sql`
      WITH said AS (
        INSERT INTO outbox (id, bucket, aggregatetype, aggregateid, version, type, schema_version, payload, headers, topic)
        VALUES (${id}::uuid, 0, 'readings', 'a', 1, 'meter.read.v1', 1, '{}', '{}', 'readings') RETURNING id)
      INSERT INTO outbox_delivery (message_id, subscriber) SELECT id, unnest(ARRAY['bill', 'chart']) FROM said`);
    const published = () =>
      database.one(sql`SELECT published_at IS NOT NULL AS published FROM outbox WHERE id = ${id}::uuid`);

    await database.transaction(async (one) => {
      await inside(one).acknowledged('bill', [id]);
      await database.transaction((other) => inside(other).acknowledged('chart', [id]));
    });
    expect(await published()).toEqual({ published: false });
    await new DirectDeliveryRepository(database).adopt([readings]);

    expect(await published()).toEqual({ published: true });
  });
});

import { sql, type ThrowAwayDatabase } from '@towpath/database';
import { Unavailable } from '@towpath/errors';
import type { Guard } from '@towpath/failpoints';

import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

// Which guards are out is read once in a process.
const mockRemoved = new Set<Guard>();
jest.mock('@towpath/failpoints', () => ({
  ...jest.requireActual<object>('@towpath/failpoints'),
  isRemoved: (guard: Guard) => mockRemoved.has(guard),
}));

describe('a service without a guard', () => {
  let databases: Record<'meter' | 'bill', ThrowAwayDatabase>;
  let environment: Record<'meter' | 'bill', Record<string, string>>;
  let meter: Node;
  let bill: Node | undefined;

  const startBill = () => Node.start('bill', { environment: environment.bill, database: databases.bill });
  beforeEach(async () => {
    databases = { meter: await databaseOf('meter'), bill: await databaseOf('bill') };
    environment = await directEnvironments(['meter', 'bill']);
  });
  afterEach(async () => {
    mockRemoved.clear();
    await meter.stop();
    await bill?.stop();
    await Promise.all(Object.values(databases).map((database) => database.drop()));
  });

  const waiting = () =>
    meter.database.rows(sql`SELECT message_id FROM outbox_delivery WHERE subscriber = 'bill' AND acked_at IS NULL`);

  it.each(['outbox', 'acknowledged-send', 'mark-after-ack'] as const)(
    'When the guard is %s, then messages arrive, and one that could not be sent is gone for good',
    async (guard) => {
      mockRemoved.add(guard);
      const options = { environment: environment.meter, database: databases.meter, subscribers: ['bill'] };
      meter = await Node.start('meter', options);
      bill = await startBill();
      await meter.say(MeterRead, { meter: 'heard', value: 1 });
      await until(async () => expect(await bill?.effects('heard')).toEqual([1]));

      await bill.stop();
      await meter.say(MeterRead, { meter: 'gone', value: 1 });
      await until(async () => expect(await waiting()).toEqual([]));
      bill = await startBill();
      await meter.say(MeterRead, { meter: 'later', value: 1 });

      await until(async () => expect(await bill?.effects('later')).toEqual([1]));
      expect(await bill.effects('gone')).toEqual([]);
    },
  );

  it('When the guard is commit-before-ack, then one whose handling fails is gone for good', async () => {
    mockRemoved.add('commit-before-ack');
    // It gives up at once.
    Object.assign(environment.bill, { HANDLER_RETRY_MS: '0' });
    bill = await startBill();
    mockRemoved.clear();
    const options = { environment: environment.meter, database: databases.meter, subscribers: ['bill'] };
    meter = await Node.start('meter', options);
    let tried = 0;
    bill.react = () => {
      tried += 1;
      throw new Unavailable();
    };

    await meter.say(MeterRead, { meter: 'gone', value: 1 });

    await until(async () => expect(await waiting()).toEqual([]));
    await until(() => expect(tried).toBe(1));
    expect(await bill.effects('gone')).toEqual([]);
  });

  it('When none is taken out, then one that could not be sent is sent later', async () => {
    const options = { environment: environment.meter, database: databases.meter, subscribers: ['bill'] };
    meter = await Node.start('meter', options);
    await meter.say(MeterRead, { meter: 'kept', value: 1 });

    bill = await startBill();

    await until(async () => expect(await bill?.effects('kept')).toEqual([1]));
  });
});

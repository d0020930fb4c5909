import { sql } from '@towpath/database';
import { Unavailable } from '@towpath/errors';
import { describeWithKafka } from '@towpath/testing';

import type { Envelope } from '../index.ts';
import { metersApart, provideTopics } from './kafka-environment.ts';
import { KafkaPair } from './kafka-node.ts';
import type { Node } from './node.ts';
import { envelope } from './readings.ts';
import { until } from './until.ts';

/** All in one partition: what comes behind the poison is behind it. */
const partition = 0;
const reading = (more: Partial<Envelope> = {}) => envelope({ subject: 'poison', ...more });
type Poison = readonly [kind: string, reason: string, value: string | Buffer | null, more?: object];
const json = (value: unknown) => JSON.stringify(value);

const poisons: readonly Poison[] = [
  ['invalid JSON', 'invalid-json', '{"specversion":"1.0",'],
  ['an empty value', 'invalid-json', ''],
  ['a zero byte first', 'invalid-json', Buffer.from([0, 0, 0, 0, 1, ...Buffer.from(json(reading()))])],
  ['bytes that are no UTF-8', 'invalid-json', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['NaN', 'invalid-json', '{"id": NaN}'],
  ['no value', 'no-value', null],
  ['null', 'invalid-envelope', 'null'],
  ['a list', 'invalid-envelope', '[]'],
  ['an envelope without id', 'invalid-envelope', json({ ...reading(), id: undefined })],
  ['__proto__ as its only key', 'invalid-envelope', '{"__proto__": {"id": "x"}}'],
  [
    'a number that overflows',
    'invalid-envelope',
    json(reading()).replace('"aggregateversion":1', '"aggregateversion":1e999'),
  ],
  ['lists in lists, 20,000 deep', 'invalid-envelope', '['.repeat(20_000) + ']'.repeat(20_000)],
  [
    'lists in lists inside of an envelope',
    'invalid-envelope',
    json({ ...reading(), id: 0, data: '@' }).replace('"@"', '['.repeat(20_000) + ']'.repeat(20_000)),
  ],
  ['another version of a known message', 'unknown-version', json(reading({ type: 'meter.read.v2' }))],
  ['data that is none', 'invalid-data', json(reading({ data: { meter: 'poison', value: 'many' } }))],
  [
    'a value that overflows',
    'invalid-data',
    json(reading({ data: { meter: 'poison', value: 0 } })).replace('"value":0', '"value":1e999'),
  ],
  ['data of another aggregate', 'wrong-key', json(reading({ data: { meter: 'another', value: 1 } }))],
  ['another topic in it', 'wrong-topic', json(reading({ aggregatetype: 'meter.orders' }))],
  ['almost a megabyte of nothing', 'invalid-json', 'x'.repeat(1_000_000)],
  [
    'no key, and headers in plenty',
    'invalid-json',
    '<xml/>',
    { key: null, headers: { huge: 'x'.repeat(100_000), binary: Buffer.from([0, 255]) } },
  ],
];

describeWithKafka('messages that make no sense', (kafka) => {
  const pair = new KafkaPair(kafka);
  let bill: Node;
  let said = 0;

  beforeAll(async () => {
    await provideTopics(kafka);
    bill = await pair.bill();
    const { meter, record } = good();
    await kafka.produce('readings', record);
    await until(async () => expect(await bill.effects(meter)).toEqual([1]), 60_000);
  }, 90_000);
  afterEach(async () => void (await bill.database.rows(sql`DELETE FROM dead_letter`)));
  afterAll(async () => {
    await pair.stopAll();
    await pair.drop();
  });

  const good = () => {
    const meter = `good-${(said += 1)}`;
    return {
      meter,
      record: { partition, key: meter, value: json(envelope({ subject: meter, data: { meter, value: 1 } })) },
    };
  };
  const letters = () =>
    bill.database.rows<{ reason: string; origin: string | null }>(
      sql`SELECT reason, attempts, origin FROM dead_letter ORDER BY id`,
    );

  it.each(poisons.map(([kind, reason, value, more = {}]) => ({ kind, reason, value, more })))(
    'When $kind arrives, then it is a dead letter ($reason), and the next message is handled within 2 s',
    async ({ reason, value, more }) => {
      const { meter, record } = good();

      await kafka.produce('readings', { partition, key: 'poison', value, ...more }, record);
      const before = performance.now();

      await until(async () => expect(await bill.effects(meter)).toEqual([1]));
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(await letters()).toMatchObject([{ reason, attempts: 1 }]);
      expect(bill.draining).toBe(false);
    },
  );

  it('When a type is not known here, then that is no poison: it only moves the cursor', async () => {
    const { meter, record } = good();
    const unknown = reading({ subject: 'curious', type: 'meter.dreamed.v1', data: {} });

    await kafka.produce('readings', { partition, key: 'curious', value: json(unknown) }, record);

    await until(async () => expect(await bill.effects(meter)).toEqual([1]));
    expect(await letters()).toEqual([]);
  });

  it('When the same poison is read again, then it is one dead letter; when it is sent again, then it is another', async () => {
    const poison = { partition, key: 'poison', value: 'poison' };
    await kafka.produce('readings', poison);
    await until(async () => expect(await letters()).toHaveLength(1));
    const kept = await letters();
    await pair.stop(bill);
    await kafka.admin((admin) => admin.deleteGroups(['bill-group']));

    bill = await pair.bill();
    const { meter, record } = good();
    await kafka.produce('readings', record);
    await until(async () => expect(await bill.effects(meter)).toEqual([1]));
    const afterwards = await letters();
    await kafka.produce('readings', poison);

    expect(afterwards.filter(({ origin }) => origin === kept[0]?.origin)).toEqual(kept);
    await until(async () => expect(await letters()).toHaveLength(afterwards.length + 1));
  });

  it.each<[string, () => Promise<void> | void]>([
    [
      'throws an Error',
      () => {
        throw new Error('no');
      },
    ],
    [
      'throws a TypeError',
      () => {
        throw new TypeError('no');
      },
    ],
    [
      'throws a plain object',
      () => {
        throw { status: 'error' };
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('no'))],
  ])(
    'When a handler %s, then its message is a dead letter, the next is handled within 2 s, and the consumer lives',
    async (_, fail) => {
      const { meter, record } = good();
      const failing = `failing-${meter}`;
      bill.react = (name) => (name === failing ? fail() : undefined);

      await kafka.produce(
        'readings',
        { partition, key: failing, value: json(envelope({ subject: failing, data: { meter: failing, value: 1 } })) },
        record,
      );
      const before = performance.now();

      await until(async () => expect(await bill.effects(meter)).toEqual([1]));
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(await letters()).toMatchObject([{ reason: 'handler-failed', attempts: 5 }]);
      expect(bill.draining).toBe(false);
    },
  );

  it('When a handler never ends, then it is cut and tried again, and other partitions do not wait for it', async () => {
    const [stuck, other] = await metersApart('stuck', 'free');
    let begun = 0;
    bill.react = (meter) => {
      if (meter !== stuck) return undefined;
      begun += 1;
      return begun <= 1 ? new Promise<void>(() => undefined) : undefined;
    };
    const send = (meter: string) =>
      kafka.produce('readings', { key: meter, value: json(envelope({ subject: meter, data: { meter, value: 1 } })) });
    await send(stuck);
    await until(() => expect(begun).toBe(1));

    await send(other);
    const before = performance.now();

    await until(async () => expect(await bill.effects(other)).toEqual([1]));
    expect(performance.now() - before).toBeLessThan(2_000);
    await until(async () => expect(await bill.effects(stuck)).toEqual([1]), 25_000);
    expect(await letters()).toEqual([]);
  });

  it('When a handler fails for a while, then its partition waits for it, and others do not', async () => {
    const [flaky, other] = await metersApart('flaky', 'steady');
    let isBroken = true;
    let failures = 0;
    bill.react = (meter) => {
      if (meter !== flaky || !isBroken) return;
      failures += 1;
      throw new Unavailable();
    };
    const send = (meter: string) =>
      kafka.produce('readings', { key: meter, value: json(envelope({ subject: meter, data: { meter, value: 1 } })) });
    await send(flaky);
    await until(() => expect(failures).toBeGreaterThan(0));

    await send(other);

    await until(async () => expect(await bill.effects(other)).toEqual([1]));
    await until(() => expect(failures).toBeGreaterThan(12));
    expect(await bill.effects(flaky)).toEqual([]);
    isBroken = false;
    await until(async () => expect(await bill.effects(flaky)).toEqual([1]), 25_000);
    expect(await letters()).toEqual([]);
  });
});

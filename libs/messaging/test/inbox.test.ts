import { newId, sql, type ThrowAwayDatabase } from '@towpath/database';
import { Unavailable } from '@towpath/errors';

import { DeadLetters, type Envelope } from '../index.ts';
import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { envelope, MeterMoved, StopMeter } from './readings.ts';

const poison: [string, unknown, string][] = [
  ['no object', 'meter.read.v1', 'invalid-envelope'],
  ['nothing', null, 'invalid-envelope'],
  ['an envelope without an id', envelope({ id: undefined as unknown as string }), 'invalid-envelope'],
  ['a version of 0', envelope({ aggregateversion: 0 }), 'invalid-envelope'],
  ['a version beyond an int', envelope({ aggregateversion: 2 ** 40 }), 'invalid-envelope'],
  ['an id with a NUL', envelope({ id: 'a\0b' }), 'invalid-envelope'],
  ['a topic that nobody listens to', envelope({ aggregatetype: 'weather' }), 'unknown-topic'],
  ['the right type on the wrong topic', envelope({ aggregatetype: 'meter.orders' }), 'unknown-topic'],
  ['another major version', envelope({ type: 'meter.read.v2' }), 'unknown-version'],
  ['data that does not fit', envelope({ data: { meter: 'a', value: 'many' } }), 'invalid-data'],
  ['a number beyond the integers', envelope({ data: { meter: 'a', value: 1e30 } }), 'invalid-data'],
  ['data about another aggregate', envelope({ subject: 'b' }), 'wrong-key'],
];

describe('inbox', () => {
  let database: ThrowAwayDatabase;
  let bill: Node;
  let hasty: Node;

  beforeAll(async () => {
    database = await databaseOf('bill');
    const { bill: environment } = await directEnvironments(['bill']);
    const start = (more: Record<string, string>) =>
      Node.start('bill', { environment: { ...environment, DIRECT_PORT: '0', ...more }, database });
    // How fast the database of a busy machine is says nothing about the inbox.
    bill = await start({ HANDLER_RETRY_MS: '20000' });
    hasty = await start({ HANDLER_CUT_MS: '300', HANDLER_RETRY_MS: '0' });
  });
  afterEach(async () => {
    bill.react = () => undefined;
    await bill.database.rows(sql`DELETE FROM dead_letter`);
    await bill.database.rows(sql`DELETE FROM inbox_pending`);
  });
  afterAll(async () => {
    await Promise.all([bill.stop(), hasty.stop()]);
    await database.drop();
  });

  const read = (meter: string, version: number, more: Partial<Envelope> = {}, by = bill) =>
    by.receive(envelope({ subject: meter, aggregateversion: version, data: { meter, value: version }, ...more }));
  const waiting = () => bill.database.rows(sql`SELECT version FROM inbox_pending ORDER BY version`);
  const cursor = async (meter: string) =>
    bill.database.maybeOne(
      sql`SELECT version, blocked FROM aggregate_cursor WHERE aggregate_id = ${meter} AND aggregate_type = 'readings'`,
    );

  it('When messages come in the wrong order, then they take effect in the right one', async () => {
    for (const version of [3, 2, 4]) await read('shuffled', version);
    expect(await bill.effects('shuffled')).toEqual([]);

    await read('shuffled', 1);

    expect(await bill.effects('shuffled')).toEqual([1, 2, 3, 4]);
    expect(await waiting()).toEqual([]);
  });

  it('When a snapshot comes after a gap, then it takes effect at once and what it stands for has none', async () => {
    await read('jumped', 2);
    await read('jumped', 5, { snapshot: true });
    await read('jumped', 3);

    expect(await bill.effects('jumped')).toEqual([5]);
    expect(await waiting()).toEqual([]);
    expect(
      await bill.database.rows(sql`SELECT version FROM inbox WHERE aggregate_id = 'jumped' ORDER BY version`),
    ).toEqual([{ version: 2 }, { version: 3 }, { version: 5 }]);
  });

  it('When a command comes after a gap, then it takes effect at once', async () => {
    await bill.receive(
      envelope({
        type: StopMeter.type,
        aggregatetype: 'meter.orders',
        subject: 'stopped',
        aggregateversion: 4,
        data: { meter: 'stopped' },
      }),
    );

    expect(await bill.effects('stopped')).toEqual([-1]);
  });

  it('When an old snapshot comes late, then it has no effect', async () => {
    await read('late', 1);
    await read('late', 2);
    await read('late', 1, { id: newId(), snapshot: true });

    expect(await bill.effects('late')).toEqual([1, 2]);
  });

  it('When the same message comes twice at once, then it takes effect once', async () => {
    const same = envelope({ subject: 'doubled', data: { meter: 'doubled', value: 1 } });

    await Promise.all(Array.from({ length: 10 }, () => bill.receive(same)));

    expect(await bill.effects('doubled')).toEqual([1]);
  });

  it('When the cursor was lost, then the inbox still knows what was handled', async () => {
    const same = envelope({ subject: 'reset', data: { meter: 'reset', value: 1 } });
    await bill.receive(same);
    await bill.database.rows(sql`UPDATE aggregate_cursor SET version = 0 WHERE aggregate_id = 'reset'`);

    await bill.receive(same);

    expect(await bill.effects('reset')).toEqual([1]);
  });

  it('When a type is not handled here, then it moves the cursor and nothing else', async () => {
    await read('moved', 1);
    await bill.receive(
      envelope({ type: MeterMoved.type, subject: 'moved', aggregateversion: 2, data: { meter: 'moved' } }),
    );
    await read('moved', 3);

    expect(await bill.effects('moved')).toEqual([1, 3]);
  });

  it.each(poison)('When %s arrives, then it is a dead letter, and its stream goes on', async (_, raw, reason) => {
    await bill.receive(raw as Envelope);

    expect(await bill.get(DeadLetters).list()).toMatchObject([{ reason, attempts: 1 }]);
    expect(await cursor('a')).toBeUndefined();
  });

  it('When the data holds what the database cannot store, then the message is a dead letter all the same', async () => {
    await bill.receive(envelope({ subject: 'nul', data: { meter: 'nul', value: 1, note: '\0\ud800' } }));
    await bill.receive(
      envelope({ type: 'meter.read.v9', subject: 'nul', aggregateversion: 2, data: { note: '\0\ud800' } }),
    );

    expect(await bill.effects('nul')).toEqual([1]);
    expect(await bill.get(DeadLetters).list()).toMatchObject([{ reason: 'unknown-version' }]);
  });

  it.each([
    ['an-error', new Error('no')],
    ['a-type-error', new TypeError('no')],
    ['a-plain-object', { status: 'error' }],
    ['nothing', undefined],
  ])('When a handler throws %s, then after five tries the stream waits behind a dead letter', async (name, thrown) => {
    let tries = 0;
    bill.react = () => {
      tries += 1;
      throw thrown;
    };
    await read(name, 1);

    expect(tries).toBe(5);
    expect(await cursor(name)).toEqual({ version: 0, blocked: true });
    expect(await bill.effects(name)).toEqual([]);
    expect(await bill.get(DeadLetters).list()).toMatchObject([{ reason: 'handler-failed', attempts: 5 }]);
  });

  it('When a buffered message fails for good, then what came before it has its effect and only it is put aside', async () => {
    bill.react = (_, value) => {
      if (value === 2) throw new Error('no');
    };
    await read('released', 3);
    await read('released', 2);
    await read('released', 1);

    expect(await bill.effects('released')).toEqual([1]);
    expect(await cursor('released')).toEqual({ version: 1, blocked: true });
    const [letter] = await bill.get(DeadLetters).list();

    await bill.get(DeadLetters).discard(letter?.id ?? '', 'anna', 'sent in error');

    expect(await bill.effects('released')).toEqual([1, 3]);
    expect(await waiting()).toEqual([]);
  });

  it('When an old message comes again while the stream waits, then the stream goes on waiting', async () => {
    bill.react = (_, value) => {
      if (value === 2) throw new Error('no');
    };
    const first = newId();
    await read('waiting', 1, { id: first });
    await read('waiting', 2);

    await read('waiting', 1, { id: first });
    await read('waiting', 1);
    await read('waiting', 3);

    expect(await cursor('waiting')).toEqual({ version: 1, blocked: true });
    expect(await bill.effects('waiting')).toEqual([1]);
  });

  it('When snapshots come while the stream waits, then only the newest is kept, and it is handled once the stream goes on', async () => {
    bill.react = (_, value) => {
      if (value === 1) throw new Error('no');
    };
    await read('blocked', 1);
    await read('blocked', 3, { snapshot: true });
    await read('blocked', 5, { snapshot: true });
    expect(await waiting()).toEqual([{ version: 5 }]);

    bill.react = () => undefined;
    const [letter] = await bill.get(DeadLetters).list();
    await bill.get(DeadLetters).redrive(letter?.id ?? '', 'anna', 'mended');

    expect(await bill.effects('blocked')).toEqual([1, 5]);
    expect(await cursor('blocked')).toEqual({ version: 5, blocked: false });
  });

  it('When the database is in the way, then the message is not taken, and nothing of it stays', async () => {
    hasty.react = () => {
      throw new Unavailable();
    };
    await expect(read('away', 1, {}, hasty)).rejects.toThrow(Unavailable);

    expect(await bill.effects('away')).toEqual([]);
    expect(await bill.get(DeadLetters).list()).toEqual([]);
  });

  it('When many messages come at once, then only some are handled at the same time, and connections stay free for requests', async () => {
    let working = 0;
    let most = 0;
    bill.react = async () => {
      working += 1;
      most = Math.max(most, working);
      await new Promise(setImmediate);
      working -= 1;
    };
    await Promise.all(Array.from({ length: 40 }, (_, index) => read(`crowd-${index}`, 1)));

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('When a handler never ends, then it is cut, nothing of it stays, and the message is not taken', async () => {
    const same = { id: newId() };
    hasty.react = () => new Promise(() => undefined);
    await expect(read('hanging', 1, same, hasty)).rejects.toThrow(Unavailable);
    expect(await bill.effects('hanging')).toEqual([]);

    await read('hanging', 1, same);
    expect(await bill.effects('hanging')).toEqual([1]);
  });
});

import { sql, type ThrowAwayDatabase } from '@towpath/database';
import { Metrics } from '@towpath/metrics';

import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const meters = Array.from({ length: 5 }, (_, index) => `meter-${index}`);
const values = Array.from({ length: 20 }, (_, index) => index + 1);

describe('messages that are lost, brought again or mixed up', () => {
  let databases: Record<'meter' | 'bill', ThrowAwayDatabase>;
  let meter: Node;
  let bill: Node;

  const start = async (faults: string) => {
    databases = { meter: await databaseOf('meter'), bill: await databaseOf('bill') };
    const environment = await directEnvironments(['meter', 'bill']);
    bill = await Node.start('bill', { environment: environment.bill, database: databases.bill });
    meter = await Node.start('meter', {
      environment: { ...environment.meter, MESSAGE_FAULTS: faults },
      database: databases.meter,
      subscribers: ['bill'],
    });
    for (const value of values) for (const name of meters) await meter.say(MeterRead, { meter: name, value });
    await until(async () => expect(await undelivered()).toEqual([]));
  };
  afterEach(async () => {
    await meter.stop();
    await bill.stop();
    await Promise.all(Object.values(databases).map((database) => database.drop()));
  });

  const undelivered = () =>
    meter.database.rows(sql`SELECT message_id FROM outbox_delivery WHERE subscriber = 'bill' AND acked_at IS NULL`);
  const injected = async (fault: string) => {
    const text = await meter.get(Metrics).registry.getSingleMetricAsString('message_faults_injected_total');
    return Number(new RegExp(`fault="${fault}"} (\\d+)`).exec(text)?.[1] ?? 0);
  };
  const repeated = () =>
    bill.database.rows(sql`SELECT meter, value FROM effect GROUP BY meter, value HAVING count(*) > 1`);

  it('When messages are brought again and mixed up, then each has its effect once, in the order of its stream', async () => {
    await start('duplicate=0.4,reorder=0.4,seed=7');

    for (const name of meters) await until(async () => expect(await bill.effects(name)).toEqual(values));

    expect(await injected('reorder')).toBeGreaterThan(20);
    expect(await injected('duplicate')).toBeGreaterThan(20);
    expect(await repeated()).toEqual([]);
    // What would have come much later comes when the sender stops.
    await meter.stop();
    expect(await repeated()).toEqual([]);
  });

  it('When messages are lost after they were acknowledged, then a stream stands still before them, and a snapshot lets it go on', async () => {
    await start('drop=0.1,seed=7');
    const lost = await injected('drop');
    expect(lost).toBeGreaterThan(2);
    for (const name of meters) {
      const effects = await bill.effects(name);
      expect(effects).toEqual(values.slice(0, effects.length));
    }

    const last = values.length + 1;
    const heard = async (name: string) => (await bill.effects(name)).at(-1) === last;
    await until(async () => {
      // It may be lost too.
      for (const name of meters)
        if (!(await heard(name))) await meter.say(MeterRead, { meter: name, value: last }, { snapshot: true });
      for (const name of meters) expect(await bill.effects(name)).toContain(last);
    });
  });
});

import { Metrics } from '@towpath/metrics';

import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const gauge = async (node: Node, name: string): Promise<number | undefined> =>
  (await node.get(Metrics).gauge(name, '').get()).values[0]?.value;

describe('work in flight', () => {
  it('When a message is being sent and handled, then both ends tell so for as long as it takes', async () => {
    const environments = await directEnvironments(['meter', 'bill']);
    const databases = { meter: await databaseOf('meter'), bill: await databaseOf('bill') };
    const meter = await Node.start('meter', {
      environment: environments.meter,
      database: databases.meter,
      subscribers: ['bill'],
    });
    const bill = await Node.start('bill', { environment: environments.bill, database: databases.bill });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    bill.react = () => released;
    const inFlight = async () => [
      await gauge(meter, 'message_sends_in_flight'),
      await gauge(bill, 'message_handlers_in_flight'),
    ];
    expect(await inFlight()).toEqual([0, 0]);

    await meter.say(MeterRead, { meter: 'slow', value: 1 });

    await until(async () => expect(await inFlight()).toEqual([1, 1]));
    release();
    await until(async () => expect(await inFlight()).toEqual([0, 0]));
    await Promise.all([meter.stop(), bill.stop()]);
    await Promise.all(Object.values(databases).map((database) => database.drop()));
  });
});

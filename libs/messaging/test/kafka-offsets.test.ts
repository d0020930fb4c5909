import { describeWithKafka } from '@towpath/testing';

import { kafkajs } from '../kafkajs.ts';
import { provideTopics } from './kafka-environment.ts';
import { KafkaPair, unpublished } from './kafka-node.ts';
import type { Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const patienceMs = 25_000;

describeWithKafka('how far a consumer has come', (kafka) => {
  const pair = new KafkaPair(kafka);
  let meter: Node;
  let bill: Node;

  beforeAll(() => provideTopics(kafka));
  beforeEach(async () => {
    [meter, bill] = [await pair.meter(), await pair.bill()];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await pair.stopAll();
  });
  afterAll(() => pair.drop());

  const say = async (name: string, ...values: number[]) => {
    for (const value of values) await meter.say(MeterRead, { meter: name, value });
  };
  const committed = async () => {
    const offsets = Object.values(await kafka.committed('bill-group', 'readings'));
    return offsets.reduce((sum, offset) => sum + Math.max(offset, 0), 0);
  };

  it('When messages are handled, then the group has committed them, and what is stopped leaves nothing behind', async () => {
    let before = 0;
    // A broker that has just started is still finding who keeps the offsets.
    await until(async () => void (before = await committed()), patienceMs);
    await say('counted', 1, 2, 3);
    await until(async () => expect(await bill.effects('counted')).toEqual([1, 2, 3]), patienceMs);

    await pair.stop(bill);

    expect(await committed()).toBe(before + 3);
  });

  it('When a consumer dies before it commits, then the messages are read again, and have no second effect', async () => {
    await say('again', 1, 2, 3);
    await until(async () => expect(await bill.effects('again')).toEqual([1, 2, 3]), patienceMs);
    await pair.stop(bill);
    await kafka.admin((admin) => admin.deleteGroups(['bill-group']));

    bill = await pair.bill();
    await say('again', 4);

    await until(async () => expect(await bill.effects('again')).toContain(4), patienceMs);
    expect(await bill.effects('again')).toEqual([1, 2, 3, 4]);
  });

  it('When members join and leave while messages are handled, then none is lost, and each takes effect once', async () => {
    const meters = Array.from({ length: 12 }, (_, index) => `moved-${index}`);
    const whole = Array.from({ length: 30 }, (_, index) => index + 1);
    const saying = (async () => {
      for (const value of whole) await Promise.all(meters.map((name) => say(name, value)));
    })();

    for (let round = 0; round < 2; round += 1) {
      const second = await pair.bill();
      const third = await pair.bill();
      await until(async () => expect(await membersOf('bill-group')).toBe(3), patienceMs);
      await pair.stop(second);
      await pair.stop(third);
    }
    await saying;

    await until(
      async () => expect(await Promise.all(meters.map((name) => bill.effects(name)))).toEqual(meters.map(() => whole)),
      60_000,
    );
    await until(async () => expect(await unpublished(meter)).toBe(0));
  }, 120_000);

  const membersOf = (group: string) =>
    kafka.admin(async (admin) => (await admin.describeGroups([group])).groups[0]?.members.length);

  it('When the library gives up for good, then the process is not ready any more, and ends with 1', async () => {
    const { Kafka } = await kafkajs();
    const make = Kafka.prototype.consumer;
    jest.spyOn(Kafka.prototype, 'consumer').mockImplementation(function broken(this: typeof Kafka.prototype, config) {
      const consumer = make.call(this, config);
      const fail = async () => {
        throw new TypeError('a fault of the library');
      };
      return { ...consumer, run: (options) => consumer.run({ ...options, eachBatch: fail }) };
    });
    const faulty = await pair.bill();
    await pair.stop(bill);
    await say('unheard', 1);

    await faulty.failed;

    expect(faulty.draining).toBe(true);
    expect(await faulty.stop()).toBe(1);
    jest.restoreAllMocks();
    bill = await pair.bill();
    await until(async () => expect(await bill.effects('unheard')).toEqual([1]), patienceMs);
  });
});

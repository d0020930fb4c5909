import { describeWithKafka } from '@towpath/testing';

import { provideTopics } from './kafka-environment.ts';
import { KafkaPair, unpublished } from './kafka-node.ts';
import type { Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

/** A broker starts in seconds, on a machine that does a lot beside. */
const patienceMs = 60_000;
/** A part that does not stop by itself, as it waits for brokers, is given 10 s. */
const waitedForMs = 9_000;

describeWithKafka('brokers that fail', (kafka) => {
  const pair = new KafkaPair(kafka);
  let meter: Node;
  let bill: Node;

  beforeAll(() => provideTopics(kafka));
  afterEach(() => pair.stopAll());
  afterAll(() => pair.drop());

  const said = (name: string, values: readonly number[]) =>
    values.reduce<Promise<void>>(
      (last, value) => last.then(() => meter.say(MeterRead, { meter: name, value })),
      Promise.resolve(),
    );

  it('When the broker is killed while messages wait, then they arrive once it is back, and nobody starts again', async () => {
    [meter, bill] = [await pair.meter(), await pair.bill()];
    await said('before', [1, 2]);
    await until(async () => expect(await bill.effects('before')).toEqual([1, 2]), patienceMs);

    await kafka.down();
    await said('meanwhile', [1, 2, 3, 4, 5]);
    expect(await bill.effects('meanwhile')).toEqual([]);
    await kafka.up();

    await until(async () => expect(await bill.effects('meanwhile')).toEqual([1, 2, 3, 4, 5]), patienceMs);
    await until(async () => expect(await unpublished(meter)).toBe(0), patienceMs);
    expect([meter.draining, bill.draining]).toEqual([false, false]);
  }, 120_000);

  it('When all brokers are away, then services start and stop all the same; they go on by themselves once there is one', async () => {
    await kafka.down();
    [meter, bill] = [await pair.meter(), await pair.bill()];
    await said('early', [1, 2]);

    const began = performance.now();
    await pair.stopAll();
    expect(performance.now() - began).toBeLessThan(waitedForMs);
    [meter, bill] = [await pair.meter(), await pair.bill()];
    await said('early', [3]);
    await kafka.up();

    await until(async () => expect(await bill.effects('early')).toEqual([1, 2, 3]), patienceMs);
  }, 120_000);

  it('When the broker takes requests and does not answer, then nothing counts as sent, and all arrives in order when it does', async () => {
    [meter, bill] = [await pair.meter(), await pair.bill()];
    await said('frozen', [1]);
    await until(async () => expect(await bill.effects('frozen')).toEqual([1]), patienceMs);

    kafka.freeze();
    await said('frozen', [2, 3]);
    await until(async () => expect(await meter.failedSendings('frozen')).toBeGreaterThan(0), patienceMs);
    expect(await unpublished(meter)).toBe(2);
    kafka.thaw();

    await until(async () => expect(await bill.effects('frozen')).toEqual([1, 2, 3]), patienceMs);
    await until(async () => expect(await unpublished(meter)).toBe(0), patienceMs);
  }, 120_000);
});

describeWithKafka(
  'a broker of three that fails',
  (kafka) => {
    const pair = new KafkaPair(kafka);

    beforeAll(() => provideTopics(kafka));
    afterEach(() => pair.stopAll());
    afterAll(() => pair.drop());

    it('When the leaders of partitions are lost one after another, then every message arrives once and in order', async () => {
      const [meter, bill] = [await pair.meter(), await pair.bill()];
      const meters = Array.from({ length: 12 }, (_, index) => `led-${index}`);
      const whole: number[] = [];

      for (const broker of [1, 2, 3]) {
        await kafka.kill(broker);
        for (let round = 0; round < 10; round += 1) {
          whole.push(whole.length + 1);
          await Promise.all(meters.map((name) => meter.say(MeterRead, { meter: name, value: whole.length })));
        }
        await kafka.up(broker);
      }

      await until(
        async () =>
          expect(await Promise.all(meters.map((name) => bill.effects(name)))).toEqual(meters.map(() => whole)),
        patienceMs,
      );
      await until(async () => expect(await unpublished(meter)).toBe(0), patienceMs);
      expect([meter.draining, bill.draining]).toEqual([false, false]);
    }, 180_000);
  },
  { brokers: 3 },
);

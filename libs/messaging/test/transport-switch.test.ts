import { sql, type ThrowAwayDatabase } from '@towpath/database';
import { describeWithKafka } from '@towpath/testing';

import { directEnvironments } from './direct-environment.ts';
import { kafkaEnvironment, provideTopics } from './kafka-environment.ts';
import { unpublished } from './kafka-node.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const services = ['meter', 'bill', 'chart'] as const;
type Service = (typeof services)[number];

describeWithKafka('changing the transport while messages wait', (kafka) => {
  let databases: Record<Service, ThrowAwayDatabase>;
  let settings: Record<'direct' | 'kafka', Record<Service, Record<string, string>>>;
  let running: Node[] = [];

  beforeAll(async () => {
    await provideTopics(kafka);
    const each = kafkaEnvironment(kafka);
    settings = {
      direct: await directEnvironments(services),
      kafka: { meter: each, bill: each, chart: each },
    };
    databases = { meter: await databaseOf('meter'), bill: await databaseOf('bill'), chart: await databaseOf('chart') };
  });
  afterEach(stopAll);
  afterAll(() => Promise.all(Object.values(databases).map((database) => database.drop())));

  const start = async (service: Service, transport: 'direct' | 'kafka') => {
    const subscribers = service === 'meter' ? ['bill', 'chart'] : [];
    const node = await Node.start(service, {
      environment: settings[transport][service],
      database: databases[service],
      subscribers,
    });
    running.push(node);
    return node;
  };

  async function stopAll() {
    await Promise.all(running.map((node) => node.stop()));
    running = [];
  }

  const arrive = (bill: Node, chart: Node, meter: string, values: number[]) =>
    until(
      async () => expect([await bill.effects(meter), await chart.effects(meter)]).toEqual([values, values]),
      60_000,
    );

  it('When it was direct, then brokers get all that somebody has not, and nobody has it twice', async () => {
    const before = await start('meter', 'direct');
    const early = await start('bill', 'direct');
    for (const value of [1, 2]) await before.say(MeterRead, { meter: 'to-kafka', value });
    await until(async () => expect(await early.effects('to-kafka')).toEqual([1, 2]));
    expect(await unpublished(before)).toBe(2);
    await stopAll();

    const [meter, bill, chart] = [
      await start('meter', 'kafka'),
      await start('bill', 'kafka'),
      await start('chart', 'kafka'),
    ];
    await meter.say(MeterRead, { meter: 'to-kafka', value: 3 });

    await arrive(bill, chart, 'to-kafka', [1, 2, 3]);
    await until(async () => expect(await unpublished(meter)).toBe(0));
  }, 120_000);

  it('When it was Kafka, then subscribers get all that no broker has', async () => {
    await kafka.down();
    const before = await start('meter', 'kafka');
    for (const value of [1, 2]) await before.say(MeterRead, { meter: 'to-direct', value });
    expect(
      await before.database.rows(
        sql`SELECT 1 FROM outbox_delivery d JOIN outbox o ON o.id = d.message_id WHERE o.aggregateid = 'to-direct'`,
      ),
    ).toEqual([]);
    await stopAll();

    const [bill, chart] = [await start('bill', 'direct'), await start('chart', 'direct')];
    const meter = await start('meter', 'direct');
    await meter.say(MeterRead, { meter: 'to-direct', value: 3 });

    await arrive(bill, chart, 'to-direct', [1, 2, 3]);
    await until(async () => expect(await unpublished(meter)).toBe(0));
  }, 120_000);
});

import type { INestApplicationContext } from '@nestjs/common';
import { SettingsError } from '@towpath/config';
import type { ThrowAwayDatabase } from '@towpath/database';
import { describeWithKafka } from '@towpath/testing';

import { topicsCommand } from '../topics.command.ts';
import { kafkaEnvironment, provideTopics } from './kafka-environment.ts';
import { databaseOf, Node } from './node.ts';

describeWithKafka('settings that the brokers contradict', (kafka) => {
  let database: ThrowAwayDatabase;
  let printed: string[];

  beforeAll(async () => {
    database = await databaseOf('bill');
  });
  beforeEach(() => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await kafka.admin(async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => !name.startsWith('_'));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    });
  });
  afterAll(() => database.drop());

  const start = (more: Record<string, string> = {}) =>
    Node.start('bill', { environment: { ...kafkaEnvironment(kafka), ...more }, database });
  const partitions = (topic: string) =>
    kafka.admin(async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length);

  it('When the brokers are of another cluster, then the service does not start, and says which they are of', async () => {
    await provideTopics(kafka);

    await expect(start({ KAFKA_CLUSTER_ID: 'the-other-one' })).rejects.toThrow(
      `KAFKA_CLUSTER_ID is "the-other-one", but KAFKA_BROKERS are of the cluster "${kafka.clusterId}"`,
    );

    const bill = await start({ KAFKA_CLUSTER_ID: kafka.clusterId });
    expect(await bill.stop()).toBe(0);
  });

  it('When topics are missing, then the service does not start, and says which and who makes them', async () => {
    await expect(start()).rejects.toThrow(/Topics are missing: readings, meter\.orders\. Run the command "topics"/);
  });

  it('When topics have another number of partitions, then the service does not start, and says what they have', async () => {
    await provideTopics(kafka);

    await expect(start({ KAFKA_PARTITIONS: '5' })).rejects.toThrow(
      'KAFKA_PARTITIONS is 5, but readings has 4, meter.orders has 4',
    );
  });

  it('When brokers are away at the start and turn out to be the wrong ones, then the service ends with 1', async () => {
    await kafka.down();
    const bill = await start();

    await kafka.up();

    await bill.failed;
    expect(await bill.stop()).toBe(1);
  }, 120_000);

  it.each([
    [{ KAFKA_BROKERS: 'localhost' }, 'KAFKA_BROKERS holds "localhost"'],
    [{ KAFKA_BROKERS: 'http://localhost:9092' }, 'KAFKA_BROKERS holds "http://localhost:9092"'],
    [{ KAFKA_BROKERS: 'localhost:9092,' }, 'KAFKA_BROKERS holds ""'],
    [{ KAFKA_BROKERS: 'localhost:99999' }, 'KAFKA_BROKERS holds "localhost:99999"'],
    [{ KAFKA_SASL_USERNAME: 'bill' }, 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together'],
    [{ KAFKA_TLS_CERT_FILE: __filename }, 'KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together'],
    [{ KAFKA_MIN_IN_SYNC: '3', KAFKA_REPLICATION: '2' }, 'nothing could ever be sent'],
  ])('When settings are %j, then the service does not start', async (settings, message) => {
    await expect(start(settings)).rejects.toThrow(SettingsError);
    await expect(start(settings)).rejects.toThrow(message);
  });

  describe('topics command', () => {
    let meter: Node;

    const given = async (more: Record<string, string> = {}) => {
      const environment = { ...kafkaEnvironment(kafka), ROLE: 'api', ...more };
      meter = await Node.start('meter', { environment, database, subscribers: ['bill'] });
    };
    const run = (...args: string[]) =>
      topicsCommand.run({ get: meter.get.bind(meter) } as unknown as INestApplicationContext, args);

    afterEach(() => meter.stop());

    it('When it is run, then the topics that the service writes are there, and running it again changes nothing', async () => {
      await given();

      await run();
      expect(printed.slice(1)).toEqual([
        'readings: made, with 4 partitions, each message kept 1 times',
        'meter.orders: made, with 4 partitions, each message kept 1 times',
      ]);
      expect(await partitions('readings')).toBe(4);

      await run();
      expect(printed.slice(4)).toEqual(['readings: is as it should be', 'meter.orders: is as it should be']);
    });

    it('When messages are to be kept longer, then the topics are told so', async () => {
      await provideTopics(kafka);
      await given({ KAFKA_RETENTION_MS: '700000000' });

      await run();

      expect(printed[1]).toBe('readings: retention.ms 604800000 → 700000000');
    });

    it('When there are more partitions than asked for, then it refuses, as none can be taken away', async () => {
      await provideTopics(kafka);
      await given({ KAFKA_PARTITIONS: '3' });

      await expect(run()).rejects.toThrow('readings has 4 partitions, KAFKA_PARTITIONS is 3');
      await expect(run('--add-partitions')).rejects.toThrow('partitions cannot be taken away');
      expect(await partitions('readings')).toBe(4);
    });

    it('When there are fewer partitions than asked for, then it refuses unless told to, as keys would move', async () => {
      await provideTopics(kafka);
      await given({ KAFKA_PARTITIONS: '6' });

      await expect(run()).rejects.toThrow('With more, keys move');
      expect(await partitions('readings')).toBe(4);

      await run('--add-partitions');
      expect(printed.at(-2)).toBe('readings: partitions 4 → 6');
      expect(await partitions('readings')).toBe(6);
    });

    it('When the brokers are of another cluster, then nothing is made there', async () => {
      await given({ KAFKA_CLUSTER_ID: 'the-other-one' });

      await expect(run()).rejects.toThrow('KAFKA_CLUSTER_ID is "the-other-one"');
      expect(await kafka.admin((admin) => admin.listTopics())).not.toContain('readings');
    });

    it('When there are fewer brokers than shall keep each message, then it says so', async () => {
      await given({ KAFKA_REPLICATION: '3' });

      await expect(run()).rejects.toThrow(/readings could not be made: .*replication.*KAFKA_REPLICATION is 3/i);
    });

    it.each([
      [{}, ['--nonsense'], 'Use: topics'],
      [{ EVENT_TRANSPORT: 'direct' }, [], 'There are no topics without brokers'],
    ])('When the settings are %j and the words %j, then it says what to do', async (settings, args, message) => {
      await given(settings as Record<string, string>);

      await expect(run(...args)).rejects.toThrow(message);
    });
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { type Admin, Kafka, type KafkaConfig, logLevel, type Message, type SASLOptions } from 'kafkajs';

import { type BrokerFacts, BrokerProcesses, kafkaCommand, type KafkaTestOptions } from './broker-processes.ts';
import { type KafkaRecord, readRecords } from './kafka-records.ts';

/** How long a broker may take to start, on a machine that does a lot beside. */
const startMs = 120_000;

let whyNot: string | undefined;

/**
 * Tests with Kafka brokers of their own, all of which run when each test begins; their topics stay from one to the next. They
 * are skipped, with the reason in their title, where there is no Java 17 or nothing to get Kafka with.
 */
export function describeWithKafka(
  title: string,
  tests: (kafka: ThrowAwayKafka) => void,
  options: KafkaTestOptions = {},
): void {
  const [program = '', ...args] = kafkaCommand;
  whyNot ??= spawnSync(program, [...args, '--check'], { encoding: 'utf8' }).stderr.trim();
  if (whyNot !== '') {
    describe(`${title}: ${whyNot}`, () => it.skip('When there is no Kafka, then these cannot run', () => undefined));
    return;
  }
  describe(title, () => {
    const kafka = new ThrowAwayKafka(options);
    beforeAll(() => kafka.start(), startMs);
    beforeEach(() => kafka.heal(), startMs);
    afterAll(() => kafka.stop(), startMs);
    tests(kafka);
  });
}

/** Real brokers that remember nothing afterwards, and that a test may make ill. They are numbered from 1. */
export class ThrowAwayKafka {
  readonly #processes: BrokerProcesses;

  constructor(options: KafkaTestOptions = {}) {
    this.#processes = new BrokerProcesses(options);
  }

  start(): Promise<void> {
    return this.#processes.start();
  }

  stop(): Promise<void> {
    return this.#processes.stop();
  }

  /** As KAFKA_BROKERS has it; the ports stay the same. */
  get brokers(): string {
    return this.#facts.brokers;
  }

  /** All that a test may connect to, as `outgoing` of givenService wants it. */
  get doors(): string[] {
    const { brokers, backDoor } = this.#facts;
    return [brokers, backDoor].flatMap((list) => list.split(',')).map((address) => `http://${address}`);
  }

  get clusterId(): string {
    return this.#facts.clusterId;
  }

  /** What a service needs to reach these brokers: where they are, and how to come. */
  get settings(): Record<string, string> {
    const { brokers, sasl, tls } = this.#facts;
    return {
      EVENT_TRANSPORT: 'kafka',
      KAFKA_BROKERS: brokers,
      ...(sasl && {
        KAFKA_SASL_MECHANISM: sasl.mechanism,
        KAFKA_SASL_USERNAME: sasl.username,
        KAFKA_SASL_PASSWORD_FILE: sasl.passwordFile,
      }),
      ...(tls && {
        KAFKA_TLS_CA_FILE: tls.caFile,
        KAFKA_TLS_CERT_FILE: tls.certFile,
        KAFKA_TLS_KEY_FILE: tls.keyFile,
      }),
      ...(this.#processes.count === 1 && { KAFKA_REPLICATION: '1', KAFKA_MIN_IN_SYNC: '1' }),
    };
  }

  /** Kills a broker as a crash would; it comes back by itself after a moment. Resolves when it is gone. */
  async kill(broker = 1): Promise<void> {
    const before = this.#processes.pid(broker);
    process.kill(before, 'SIGKILL');
    await this.#processes.until(() => this.#processes.pid(broker) !== before);
  }

  /** It takes connections, as the system does that for it, and never answers. */
  freeze(broker = 1): void {
    this.#processes.signal(broker, 'SIGSTOP');
  }

  thaw(broker = 1): void {
    this.#processes.signal(broker, 'SIGCONT');
  }

  /** Kills a broker, or each, and keeps it down until `up`. Resolves when it is gone. */
  async down(broker?: number): Promise<void> {
    await Promise.all(this.#those(broker).map((each) => this.#processes.down(each)));
  }

  /** Resolves when the broker, or each, is ready. */
  async up(broker?: number): Promise<void> {
    await Promise.all(this.#those(broker).map((each) => this.#processes.up(each)));
  }

  /** All of them run and answer. */
  async heal(): Promise<void> {
    for (const broker of this.#those()) this.thaw(broker);
    await this.up();
  }

  /** A client of the doors that everybody uses, with what this cluster asks for. */
  client(more: Partial<KafkaConfig> = {}): Kafka {
    const { brokers, sasl, tls } = this.#facts;
    const read = (file: string) => readFileSync(file, 'utf8').trim();
    return new Kafka({
      brokers: brokers.split(','),
      ...(sasl && {
        sasl: {
          mechanism: sasl.mechanism,
          username: sasl.username,
          password: read(sasl.passwordFile),
        } as SASLOptions,
      }),
      ...(tls && { ssl: { ca: read(tls.caFile), cert: read(tls.certFile), key: read(tls.keyFile) } }),
      logLevel: logLevel.NOTHING,
      ...more,
    });
  }

  /** An administrator whom nobody asks for name or certificate, for as long as `use` takes. */
  async admin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#backDoor().admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async createTopic(topic: string, numPartitions = 1): Promise<void> {
    const topics = [{ topic, numPartitions, replicationFactor: this.#processes.count }];
    await this.admin((admin) => admin.createTopics({ topics, waitForLeaders: true }));
  }

  /** Sends bytes as they are, whatever a service would think of them. */
  async produce(topic: string, ...messages: Message[]): Promise<void> {
    const producer = this.#backDoor().producer({ allowAutoTopicCreation: false });
    await producer.connect();
    try {
      await producer.send({ topic, messages, acks: -1 });
    } finally {
      await producer.disconnect();
    }
  }

  /** All that the topic holds now, each partition in its order. */
  async records(topic: string): Promise<KafkaRecord[]> {
    const offsets = await this.admin((admin) => admin.fetchTopicOffsets(topic));
    return readRecords(this.#backDoor(), topic, offsets);
  }

  /** How far a group has committed, by partition; -1 where it has not. */
  async committed(groupId: string, topic: string): Promise<Record<number, number>> {
    const [found] = await this.admin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    return Object.fromEntries((found?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  }

  get #facts(): BrokerFacts {
    return this.#processes.facts;
  }

  #backDoor(): Kafka {
    return new Kafka({ brokers: this.#facts.backDoor.split(','), logLevel: logLevel.NOTHING });
  }

  #those(broker?: number): number[] {
    return broker === undefined ? Array.from({ length: this.#processes.count }, (_, index) => index + 1) : [broker];
  }
}

import { type Admin, Kafka, logLevel, type Message } from 'kafkajs';

const clientId = 'fault-harness';

/** The brokers, past all links and all that the services make of them. */
export class KafkaBackDoor {
  private readonly kafka: Kafka;

  /** `brokers` as in KAFKA_BROKERS. @throws Error when there are none */
  constructor({ brokers }: { readonly brokers?: string }) {
    if (!brokers) throw new Error('The shop has no brokers');
    this.kafka = new Kafka({
      clientId,
      brokers: brokers.split(','),
      logLevel: logLevel.NOTHING,
      retry: { retries: 10 },
    });
  }

  /** Bytes as they are: nobody looks whether they are a message. */
  async produce(topic: string, messages: Message[]): Promise<void> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic, messages, acks: -1 }).finally(() => producer.disconnect());
  }

  /** A group without members begins all of its topics anew. */
  async readAgain(group: string): Promise<void> {
    await this.asAdmin(async (admin) => {
      for (const { topic } of await admin.fetchOffsets({ groupId: group })) {
        await admin.resetOffsets({ groupId: group, topic, earliest: true });
      }
    });
  }

  /** Every group that there is. */
  async groups(): Promise<string[]> {
    return this.asAdmin(async (admin) => (await admin.listGroups()).groups.map(({ groupId }) => groupId));
  }

  /** Messages that a group has not read yet. */
  async lag(group: string): Promise<number> {
    return this.asAdmin(async (admin) => {
      const topics = await admin.fetchOffsets({ groupId: group });
      const lags = topics.map(async ({ topic, partitions }) => {
        const ends = await admin.fetchTopicOffsets(topic);
        const end = (partition: number) => Number(ends.find((each) => each.partition === partition)?.high ?? 0);
        return partitions.reduce((sum, { partition, offset }) => sum + end(partition) - Math.max(0, Number(offset)), 0);
      });
      return (await Promise.all(lags)).reduce((sum, lag) => sum + lag, 0);
    });
  }

  private async asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  }
}

import { randomUUID } from 'node:crypto';

import type { Kafka } from 'kafkajs';

/** A message as the brokers keep it. */
export interface KafkaRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

interface End {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/** Reads a topic from its beginning to these ends, in a group of its own that is gone afterwards. */
export async function readRecords(kafka: Kafka, topic: string, ends: readonly End[]): Promise<KafkaRecord[]> {
  const missing = new Map(ends.filter(({ low, high }) => low !== high).map((end) => [end.partition, Number(end.high)]));
  if (missing.size === 0) return [];
  const records: KafkaRecord[] = [];
  const groupId = `test-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, retry: { initialRetryTime: 50 } });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // It starts again by itself while the coordinator of its group is not ready yet.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
    const take = async (record: KafkaRecord) => {
      records.push(record);
      if (record.offset + 1 >= (missing.get(record.partition) ?? 0)) missing.delete(record.partition);
      if (missing.size === 0) resolve();
    };
    const run = consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => take(recordOf(partition, message)),
    });
    run.catch(reject);
  }).finally(() => consumer.disconnect());
  await deleteGroup(kafka, groupId);
  return records.toSorted((one, other) => one.partition - other.partition || one.offset - other.offset);
}

interface Received {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>>;
}

function recordOf(partition: number, { offset, key, value, headers = {} }: Received): KafkaRecord {
  return {
    partition,
    offset: Number(offset),
    key: key?.toString(),
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
  };
}

async function deleteGroup(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } finally {
    await admin.disconnect();
  }
}

import { setTimeout as wait } from 'node:timers/promises';

import type { Topic } from '@towpath/messages';
import type { Admin, ITopicMetadata } from 'kafkajs';

import type { KafkaClient } from './kafka.client.ts';
import type { KafkaConfig } from './kafka.config.ts';
import { KafkaMisconfigured } from './kafka.failures.ts';

/** So long it may take until one broker has heard of what was made at another. */
const newsMs = 1_000;
const command = 'the command "topics" of the service that writes them';

/** What the brokers must have before anybody sends or listens. */
export class KafkaTopics {
  readonly #names: readonly string[];

  constructor(
    private readonly client: KafkaClient,
    topics: readonly Topic[],
  ) {
    this.#names = [...new Set(topics.map(({ name }) => name))];
  }

  /** @throws KafkaMisconfigured when the brokers are not as the settings say; else what the library throws */
  async check(): Promise<void> {
    await asAdmin(this.client, async (admin) => {
      await assertCluster(admin, this.client.config);
      await this.assertTopics(admin);
    });
  }

  /** @throws what the library throws when no broker answers */
  async touch(): Promise<void> {
    await asAdmin(this.client, async () => undefined);
  }

  private async assertTopics(admin: Admin): Promise<void> {
    const known = await seen(admin, this.#names, newsMs);
    const missing = this.#names.filter((name) => !known.has(name));
    if (missing.length > 0)
      throw new KafkaMisconfigured(`Topics are missing: ${missing.join(', ')}. Run ${command}, then start again.`);
    const { kafkaPartitions: wanted } = this.client.config;
    const wrong = [...known].filter(([, { partitions }]) => partitions.length !== wanted);
    if (wrong.length > 0) {
      const counts = wrong.map(([name, { partitions }]) => `${name} has ${partitions.length}`).join(', ');
      throw new KafkaMisconfigured(
        `KAFKA_PARTITIONS is ${wanted}, but ${counts}: a message would go to another partition than those before it. ` +
          `Set what the topics have, or run ${command}.`,
      );
    }
  }
}

export async function asAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = await client.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    void admin.disconnect().catch(() => undefined);
  }
}

/** @throws KafkaMisconfigured when it is not the cluster that is named */
export async function assertCluster(admin: Admin, { kafkaClusterId: wanted }: KafkaConfig): Promise<void> {
  if (!wanted) return;
  const { clusterId } = await admin.describeCluster();
  if (clusterId !== wanted)
    throw new KafkaMisconfigured(
      `KAFKA_CLUSTER_ID is "${wanted}", but KAFKA_BROKERS are of the cluster "${clusterId}". Set the one that is meant.`,
    );
}

/** Those of the topics that there are, in the order of the names. */
export async function metadataOf(admin: Admin, names: readonly string[]): Promise<Map<string, ITopicMetadata>> {
  const { topics } = await admin.fetchTopicMetadata();
  const found = names.flatMap((name) => topics.find((topic) => topic.name === name) ?? []);
  return new Map(found.map((topic) => [topic.name, topic]));
}

/** As {@link metadataOf}, once all are there, or after so long without. */
export async function seen(
  admin: Admin,
  names: readonly string[],
  atMostMs: number,
): Promise<Map<string, ITopicMetadata>> {
  const giveUpAt = performance.now() + atMostMs;
  for (;;) {
    const known = await metadataOf(admin, names);
    if (known.size === names.length || performance.now() >= giveUpAt) return known;
    await wait(100);
  }
}

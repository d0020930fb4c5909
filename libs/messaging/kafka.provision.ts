import type { Topic } from '@towpath/messages';
import type { Admin, ITopicMetadata } from 'kafkajs';

import type { KafkaClient } from './kafka.client.ts';
import { explain, KafkaMisconfigured } from './kafka.failures.ts';
import { asAdmin, assertCluster, metadataOf, seen } from './kafka.topics.ts';
import { kafkajs } from './kafkajs.ts';

const newsMs = 15_000;

export interface ProvisionOptions {
  /** More partitions than there are: from then on the messages of a stream lie in two. */
  readonly addPartitions: boolean;
}

/** Makes the topics as the settings say; running it again changes nothing. Resolves with a line about each. */
export class KafkaProvision {
  readonly #names: readonly string[];

  constructor(
    private readonly client: KafkaClient,
    topics: readonly Topic[],
  ) {
    this.#names = topics.map(({ name }) => name);
  }

  /** @throws KafkaMisconfigured when a topic has other partitions than it should, and nothing was changed */
  run(options: ProvisionOptions): Promise<string[]> {
    return asAdmin(this.client, async (admin) => {
      await assertCluster(admin, this.client.config);
      const known = await metadataOf(admin, this.#names);
      this.assertMayGrow(known, options);
      const lines: string[] = [];
      for (const name of this.#names) lines.push(await this.provide(admin, name, known.get(name)));
      // Whoever starts next looks for them.
      await seen(admin, this.#names, newsMs);
      return lines;
    });
  }

  private assertMayGrow(known: ReadonlyMap<string, ITopicMetadata>, { addPartitions }: ProvisionOptions): void {
    const { kafkaPartitions: wanted } = this.client.config;
    for (const [name, { partitions }] of known) {
      if (partitions.length > wanted)
        throw new KafkaMisconfigured(
          `${name} has ${partitions.length} partitions, KAFKA_PARTITIONS is ${wanted}: partitions cannot be taken away. Set KAFKA_PARTITIONS to ${partitions.length}.`,
        );
      if (partitions.length < wanted && !addPartitions)
        throw new KafkaMisconfigured(
          `${name} has ${partitions.length} partitions, KAFKA_PARTITIONS is ${wanted}. With more, keys move: the next message of a stream may be read before the last. ` +
            `Let everything be read first, stop the service, and run it again with --add-partitions.`,
        );
    }
  }

  private async provide(admin: Admin, name: string, known: ITopicMetadata | undefined): Promise<string> {
    const { kafkaPartitions, kafkaReplication } = this.client.config;
    if (!known) return this.create(admin, name);
    const changes: string[] = [];
    if (known.partitions.length < kafkaPartitions) {
      await admin.createPartitions({ topicPartitions: [{ topic: name, count: kafkaPartitions }] });
      changes.push(`partitions ${known.partitions.length} → ${kafkaPartitions}`);
    }
    changes.push(...(await this.configure(admin, name)));
    const kept = known.partitions[0]?.replicas.length ?? 0;
    const unlike =
      kept === kafkaReplication
        ? ''
        : `; each message is kept ${kept} times, not ${kafkaReplication}: that takes a reassignment`;
    return `${name}: ${changes.length === 0 ? 'is as it should be' : changes.join(', ')}${unlike}`;
  }

  private async create(admin: Admin, name: string): Promise<string> {
    const { kafkaPartitions: numPartitions, kafkaReplication: replicationFactor } = this.client.config;
    const configEntries = Object.entries(this.entries()).map(([key, value]) => ({ name: key, value }));
    const topics = [{ topic: name, numPartitions, replicationFactor, configEntries }];
    const made = await admin.createTopics({ topics, waitForLeaders: false }).catch((error: unknown) => {
      throw new KafkaMisconfigured(
        `${name} could not be made: ${reasonOf(error)} (KAFKA_PARTITIONS is ${numPartitions}, KAFKA_REPLICATION is ${replicationFactor}).`,
        { cause: error },
      );
    });
    return made
      ? `${name}: made, with ${numPartitions} partitions, each message kept ${replicationFactor} times`
      : `${name}: somebody else has just made it`;
  }

  private async configure(admin: Admin, name: string): Promise<string[]> {
    const { ConfigResourceTypes } = await kafkajs();
    const resource = { type: ConfigResourceTypes.TOPIC, name };
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    const now = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
    const wanted = Object.entries(this.entries());
    const changes = wanted.filter(([key, value]) => now.get(key) !== value);
    if (changes.length === 0) return [];
    const configEntries = wanted.map(([key, value]) => ({ name: key, value }));
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
    return changes.map(([key, value]) => `${key} ${now.get(key)} → ${value}`);
  }

  private entries(): Record<string, string> {
    const { kafkaRetentionMs, kafkaMinInSync } = this.client.config;
    return {
      'cleanup.policy': 'delete',
      'min.insync.replicas': String(kafkaMinInSync),
      'retention.ms': String(kafkaRetentionMs),
      'unclean.leader.election.enable': 'false',
    };
  }
}

/** The library hides the reasons in a list. */
function reasonOf(error: unknown): string {
  const { errors = [error] } = error as { errors?: readonly unknown[] };
  return errors.map(explain).join(', ');
}

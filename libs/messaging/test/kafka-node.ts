import { sql, type ThrowAwayDatabase } from '@towpath/database';
import type { ThrowAwayKafka } from '@towpath/testing';

import { kafkaEnvironment } from './kafka-environment.ts';
import { databaseOf, Node } from './node.ts';

/** A meter that says and a bill that hears through Kafka, each with a database that stays when it stops. */
export class KafkaPair {
  readonly #databases = new Map<string, ThrowAwayDatabase>();
  readonly #running = new Set<Node>();

  constructor(
    private readonly kafka: ThrowAwayKafka,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {}

  meter(more: Readonly<Record<string, string>> = {}): Promise<Node> {
    return this.start('meter', more, ['bill']);
  }

  bill(more: Readonly<Record<string, string>> = {}): Promise<Node> {
    return this.start('bill', more);
  }

  async stop(node: Node): Promise<void> {
    this.#running.delete(node);
    await node.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((node) => this.stop(node)));
  }

  async drop(): Promise<void> {
    for (const database of this.#databases.values()) await database.drop();
  }

  private async start(service: string, more: Readonly<Record<string, string>>, subscribers: string[] = []) {
    const database = this.#databases.get(service) ?? (await databaseOf(service));
    this.#databases.set(service, database);
    const environment = { ...kafkaEnvironment(this.kafka), ...this.settings, ...more };
    const node = await Node.start(service, { environment, database, subscribers });
    this.#running.add(node);
    return node;
  }
}

/** Messages that were not sent yet. */
export async function unpublished({ database }: Node): Promise<number> {
  const { open } = await database.one<{ open: number }>(
    sql`SELECT count(*)::int AS open FROM outbox WHERE published_at IS NULL`,
  );
  return open;
}

import { Injectable } from '@nestjs/common';
import { Database, json, type Sql, sql, type Transaction } from '@towpath/database';
import type { Topic } from '@towpath/messages';

import type { OutboxHeaders } from './envelope.ts';
import { MessagingConfig } from './messaging.config.ts';

interface NewMessage {
  readonly id: string;
  readonly bucket: number;
  readonly topic: Topic;
  readonly aggregateId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly payload: Record<string, unknown>;
  readonly headers: OutboxHeaders;
}

@Injectable()
export class OutboxRepository {
  readonly #withBroker: boolean;

  constructor(
    private readonly database: Database,
    { eventTransport }: MessagingConfig,
  ) {
    this.#withBroker = eventTransport !== 'direct';
  }

  clauses(message: NewMessage): Sql {
    const { topic } = message;
    const subscribers = this.#withBroker ? [] : topic.readBy;
    return sql`
      stream AS (
        INSERT INTO stream_version (aggregatetype, aggregateid, version) VALUES (${topic.name}, ${message.aggregateId}, 1)
        ON CONFLICT (aggregatetype, aggregateid) DO UPDATE SET version = stream_version.version + 1
        RETURNING version),
      said AS (
        INSERT INTO outbox (id, bucket, aggregatetype, aggregateid, version, type, schema_version, payload, headers, topic, published_at)
        SELECT ${message.id}::uuid, ${message.bucket}::smallint, ${topic.name}, ${message.aggregateId}, stream.version, ${message.type},
               ${message.schemaVersion}::int, ${json(message.payload)}::jsonb, ${json(message.headers)}::jsonb, ${topic.name},
               CASE WHEN ${topic.readBy.length}::int = 0 THEN now() END
        FROM stream RETURNING id),
      delivery AS (
        INSERT INTO outbox_delivery (message_id, subscriber)
        SELECT said.id, subscriber FROM said, unnest(${subscribers}::text[]) AS subscriber)`;
  }

  async insert(tx: Transaction, clauses: Sql): Promise<void> {
    await tx.run(sql`WITH ${clauses} SELECT id FROM said`);
  }

  async notify(channel: string): Promise<void> {
    await this.database.rows(sql`SELECT pg_notify(${channel}, '')`);
  }

  /** Takes a message that can never be sent out of the way; a person must look at it. */
  async park(id: string, error: string): Promise<void> {
    await this.database.rows(sql`UPDATE outbox SET parked_at = now(), last_error = ${error} WHERE id = ${id}::uuid`);
  }

  /** Seconds that the oldest unpublished message has waited. */
  async oldestUnpublishedSeconds(): Promise<number> {
    const { seconds } = await this.database.one<{ seconds: number }>(sql`
      SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds
      FROM outbox WHERE published_at IS NULL AND parked_at IS NULL`);
    return seconds;
  }

  async parkedCount(): Promise<number> {
    const { parked } = await this.database.one<{ parked: number }>(sql`
      SELECT count(*)::int AS parked FROM outbox WHERE published_at IS NULL AND parked_at IS NOT NULL`);
    return parked;
  }

  /** Forgets messages sent longer ago, some at a time; resolves with their number. */
  async forget(olderThanMs: number, limit: number): Promise<number> {
    const { gone } = await this.database.one<{ gone: number }>(sql`
      WITH old AS (
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE published_at < now() - ${olderThanMs} * interval '1 millisecond' LIMIT ${limit}) RETURNING 1)
      SELECT count(*)::int AS gone FROM old`);
    return gone;
  }
}

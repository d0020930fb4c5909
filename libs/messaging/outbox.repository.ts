import { Injectable } from '@nestjs/common';
import { Database, json, type Sql, sql, type Transaction } from '@towpath/database';
import type { Topic } from '@towpath/messages';

import type { OutboxHeaders, OutboxRow } from './envelope.ts';

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

export interface FailedSending {
  readonly id: string;
  readonly error: string;
  readonly retryInMs: number;
}

interface DueQuery {
  readonly subscriber: string;
  readonly buckets: readonly number[];
  /** Streams (`type/id`) that are being sent now. */
  readonly busy: readonly string[];
  readonly limit: number;
}

@Injectable()
export class OutboxRepository {
  constructor(private readonly database: Database) {}

  clauses(message: NewMessage): Sql {
    const { topic } = message;
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
        SELECT said.id, subscriber FROM said, unnest(${topic.readBy}::text[]) AS subscriber)`;
  }

  async insert(tx: Transaction, clauses: Sql): Promise<void> {
    await tx.run(sql`WITH ${clauses} SELECT id FROM said`);
  }

  async notify(channel: string): Promise<void> {
    await this.database.rows(sql`SELECT pg_notify(${channel}, '')`);
  }

  /**
   * What may be sent now, oldest first. Selected by flag, never by a watermark: a transaction that began earlier may commit
   * later. A message waits while an earlier one of its stream waits to be sent again.
   */
  due({ subscriber, buckets, busy, limit }: DueQuery): Promise<OutboxRow[]> {
    return this.database.rows<OutboxRow>(sql`
      SELECT o.id, o.aggregatetype, o.aggregateid, o.version, o.type, o.payload, o.headers, o.created_at, d.attempts
      FROM outbox_delivery d JOIN outbox o ON o.id = d.message_id
      WHERE d.subscriber = ${subscriber} AND d.acked_at IS NULL AND d.available_at <= now()
        AND o.published_at IS NULL AND o.parked_at IS NULL AND o.bucket = ANY(${buckets}::smallint[])
        AND NOT (o.aggregatetype || '/' || o.aggregateid) = ANY(${busy}::text[])
        AND NOT EXISTS (
          SELECT 1 FROM outbox earlier JOIN outbox_delivery waiting ON waiting.message_id = earlier.id
          WHERE earlier.aggregatetype = o.aggregatetype AND earlier.aggregateid = o.aggregateid AND earlier.version < o.version
            AND earlier.parked_at IS NULL AND waiting.subscriber = d.subscriber
            AND waiting.acked_at IS NULL AND waiting.available_at > now())
      ORDER BY o.seq LIMIT ${limit}`);
  }

  /** Notes what a subscriber has; a message that all have is published. Not to be run for two subscribers at once. */
  async acknowledged(subscriber: string, ids: readonly string[]): Promise<void> {
    await this.database.rows(sql`
      WITH acked AS (
        UPDATE outbox_delivery SET acked_at = now()
        WHERE subscriber = ${subscriber} AND message_id = ANY(${ids}::uuid[]) RETURNING message_id)
      UPDATE outbox SET published_at = now() FROM acked
      WHERE id = acked.message_id AND NOT EXISTS (
        SELECT 1 FROM outbox_delivery other
        WHERE other.message_id = outbox.id AND other.acked_at IS NULL AND other.subscriber <> ${subscriber})`);
  }

  async failed(subscriber: string, failures: readonly FailedSending[]): Promise<void> {
    await this.database.rows(sql`
      WITH failure AS (
        SELECT * FROM unnest(${failures.map(({ id }) => id)}::uuid[], ${failures.map(({ error }) => error)}::text[],
                             ${failures.map(({ retryInMs }) => retryInMs)}::float8[]) AS f (id, error, retry_in_ms)),
      later AS (
        UPDATE outbox_delivery d SET attempts = d.attempts + 1, available_at = now() + failure.retry_in_ms * interval '1 millisecond'
        FROM failure WHERE d.message_id = failure.id AND d.subscriber = ${subscriber})
      UPDATE outbox SET attempts = outbox.attempts + 1, last_error = failure.error FROM failure WHERE outbox.id = failure.id`);
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

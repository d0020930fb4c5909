import { Database, sql } from '@towpath/database';
import type { Topic } from '@towpath/messages';

import { DeliveryRepository, type DueQuery, type FailedSending } from './delivery.repository.ts';
import type { OutboxRow } from './envelope.ts';

/** Every subscriber of a message has a row in `outbox_delivery`, made with the message. */
export class DirectDeliveryRepository extends DeliveryRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override due({ lane, buckets, busy, limit }: DueQuery): Promise<OutboxRow[]> {
    return this.database.rows<OutboxRow>(sql`
      SELECT o.id, o.aggregatetype, o.aggregateid, o.version, o.type, o.payload, o.headers, o.created_at, d.attempts
      FROM outbox_delivery d JOIN outbox o ON o.id = d.message_id
      WHERE d.subscriber = ${lane} AND d.acked_at IS NULL AND d.available_at <= now()
        AND o.published_at IS NULL AND o.parked_at IS NULL AND o.bucket = ANY(${buckets}::smallint[])
        AND NOT (o.aggregatetype || '/' || o.aggregateid) = ANY(${busy}::text[])
        AND NOT EXISTS (
          SELECT 1 FROM outbox earlier JOIN outbox_delivery waiting ON waiting.message_id = earlier.id
          WHERE earlier.aggregatetype = o.aggregatetype AND earlier.aggregateid = o.aggregateid AND earlier.version < o.version
            AND earlier.parked_at IS NULL AND waiting.subscriber = d.subscriber
            AND waiting.acked_at IS NULL AND waiting.available_at > now())
      ORDER BY o.seq LIMIT ${limit}`);
  }

  override async acknowledged(lane: string, ids: readonly string[]): Promise<void> {
    await this.database.rows(sql`
      WITH acked AS (
        UPDATE outbox_delivery SET acked_at = now()
        WHERE subscriber = ${lane} AND message_id = ANY(${ids}::uuid[]) RETURNING message_id)
      UPDATE outbox SET published_at = now() FROM acked
      WHERE id = acked.message_id AND NOT EXISTS (
        SELECT 1 FROM outbox_delivery other
        WHERE other.message_id = outbox.id AND other.acked_at IS NULL AND other.subscriber <> ${lane})`);
  }

  override async failed(lane: string, failures: readonly FailedSending[]): Promise<void> {
    await this.database.rows(sql`
      WITH failure AS (
        SELECT * FROM unnest(${failures.map(({ id }) => id)}::uuid[], ${failures.map(({ error }) => error)}::text[],
                             ${failures.map(({ retryInMs }) => retryInMs)}::float8[]) AS f (id, error, retry_in_ms)),
      later AS (
        UPDATE outbox_delivery d SET attempts = d.attempts + 1, available_at = now() + failure.retry_in_ms * interval '1 millisecond'
        FROM failure WHERE d.message_id = failure.id AND d.subscriber = ${lane})
      UPDATE outbox SET attempts = outbox.attempts + 1, last_error = failure.error FROM failure WHERE outbox.id = failure.id`);
  }

  /**
   * Messages stored for a broker have no rows for their subscribers. And when a bucket moves, two relays may note the last two
   * answers at the same moment: then neither sees the other's, and nobody else would look at the message again.
   */
  override async adopt(topics: readonly Topic[]): Promise<void> {
    const readers = topics.flatMap(({ name, readBy }) => readBy.map((subscriber) => ({ name, subscriber })));
    await this.database.rows(sql`
      INSERT INTO outbox_delivery (message_id, subscriber)
      SELECT o.id, reader.subscriber
      FROM outbox o
      JOIN unnest(${readers.map(({ name }) => name)}::text[], ${readers.map(({ subscriber }) => subscriber)}::text[])
        AS reader (topic, subscriber) ON reader.topic = o.aggregatetype
      WHERE o.published_at IS NULL AND o.parked_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.message_id = o.id)
      ON CONFLICT DO NOTHING`);
    await this.database.rows(sql`
      UPDATE outbox o SET published_at = now()
      WHERE o.published_at IS NULL AND o.parked_at IS NULL
        AND EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.message_id = o.id)
        AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.message_id = o.id AND d.acked_at IS NULL)`);
  }
}

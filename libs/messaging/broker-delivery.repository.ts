import { Database, sql } from '@towpath/database';

import { DeliveryRepository, type DueQuery, type FailedSending } from './delivery.repository.ts';
import type { OutboxRow } from './envelope.ts';

/** The broker takes a message once: its own row says how far it has come. */
export class BrokerDeliveryRepository extends DeliveryRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override due({ buckets, busy, limit }: DueQuery): Promise<OutboxRow[]> {
    return this.database.rows<OutboxRow>(sql`
      SELECT o.id, o.aggregatetype, o.aggregateid, o.version, o.type, o.payload, o.headers, o.created_at, o.attempts
      FROM outbox o
      WHERE o.published_at IS NULL AND o.parked_at IS NULL AND o.available_at <= now() AND o.bucket = ANY(${buckets}::smallint[])
        AND NOT (o.aggregatetype || '/' || o.aggregateid) = ANY(${busy}::text[])
        AND NOT EXISTS (
          SELECT 1 FROM outbox earlier
          WHERE earlier.aggregatetype = o.aggregatetype AND earlier.aggregateid = o.aggregateid AND earlier.version < o.version
            AND earlier.published_at IS NULL AND earlier.parked_at IS NULL AND earlier.available_at > now())
      ORDER BY o.seq LIMIT ${limit}`);
  }

  override async acknowledged(_lane: string, ids: readonly string[]): Promise<void> {
    await this.database.rows(sql`UPDATE outbox SET published_at = now() WHERE id = ANY(${ids}::uuid[])`);
  }

  override async failed(_lane: string, failures: readonly FailedSending[]): Promise<void> {
    await this.database.rows(sql`
      UPDATE outbox o
      SET attempts = o.attempts + 1, last_error = failure.error, available_at = now() + failure.retry_in_ms * interval '1 millisecond'
      FROM unnest(${failures.map(({ id }) => id)}::uuid[], ${failures.map(({ error }) => error)}::text[],
                  ${failures.map(({ retryInMs }) => retryInMs)}::float8[]) AS failure (id, error, retry_in_ms)
      WHERE o.id = failure.id`);
  }

  /** What was stored for subscribers is sent to the broker, and whoever has it already drops it. */
  override async adopt(): Promise<void> {}
}

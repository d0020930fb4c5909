import type { Database } from '../postgres/database.ts';

/** A message that was said, in its stream. */
export interface Said {
  readonly id: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly type: string;
  /** Stands for all before it: it may jump a gap. */
  readonly jumps: boolean;
}

export interface Cursor {
  readonly aggregateId: string;
  readonly version: number;
}

/** Looks into what one service sent and received. */
export class MessageRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** The topics that it writes. */
  async written(): Promise<string[]> {
    const rows = await this.database.rows<{ topic: string }>(
      `SELECT DISTINCT aggregatetype AS topic FROM stream_version`,
    );
    return rows.map(({ topic }) => topic);
  }

  /** The topics that it reads. */
  async read(): Promise<string[]> {
    const rows = await this.database.rows<{ topic: string }>(
      `SELECT DISTINCT aggregate_type AS topic FROM aggregate_cursor`,
    );
    return rows.map(({ topic }) => topic);
  }

  /** All of a topic, stream by stream and in order. */
  said(topic: string): Promise<Said[]> {
    return this.database.rows(
      `SELECT id, aggregateid AS "aggregateId", version, type,
              coalesce((headers->>'snapshot')::bool, false) OR aggregatetype LIKE '%.commands' AS jumps
         FROM outbox WHERE aggregatetype = $1 ORDER BY aggregateid, version`,
      [topic],
    );
  }

  /** Where each stream of a topic stands at its writer. */
  versions(topic: string): Promise<Cursor[]> {
    return this.database.rows(
      `SELECT aggregateid AS "aggregateId", version FROM stream_version WHERE aggregatetype = $1`,
      [topic],
    );
  }

  /** Where the service stands in each stream of a topic. */
  cursors(topic: string): Promise<Cursor[]> {
    return this.database.rows(
      `SELECT aggregate_id AS "aggregateId", version FROM aggregate_cursor WHERE aggregate_type = $1`,
      [topic],
    );
  }

  /**
   * When the handling of each message was committed, in milliseconds: whoever handles the next one of its stream waits until then.
   * The time in the row is when its transaction began, before it waited.
   */
  async handled(): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ id: string; at: number }>(
      `SELECT message_id AS id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS at FROM inbox`,
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** Messages that were handled, and how many of them. */
  async handledCount(): Promise<number> {
    const [{ count }] = await this.database.rows<{ count: number }>(`SELECT count(*) AS count FROM inbox`);
    return count;
  }

  /** What came of one message more than once: noted twice, or answered twice with the same words. */
  repeated(): Promise<{ what: string; count: number }[]> {
    return this.database.rows(`
      SELECT 'message ' || message_id || ' in the inbox' AS what, count(*) AS count FROM inbox
       GROUP BY consumer, message_id HAVING count(*) > 1
      UNION ALL
      SELECT type || ' of ' || aggregateid || ' because of message ' || (headers->>'causationid'), count(*) FROM outbox
       WHERE headers ? 'causationid' GROUP BY headers->>'causationid', type, aggregateid HAVING count(*) > 1`);
  }

  anomalies(): Promise<{ kind: string; detail: unknown }[]> {
    return this.database.rows(`SELECT kind, detail FROM anomaly ORDER BY at`);
  }

  /** What was put aside, resolved or not. */
  deadLetters(): Promise<{ consumer: string; reason: string; error: string; envelope: string }[]> {
    return this.database.rows(`
      SELECT consumer, reason, error, left(envelope::text, 200) AS envelope FROM dead_letter ORDER BY created_at`);
  }
}

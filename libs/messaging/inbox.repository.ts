import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Database, json, sql, type Transaction } from '@towpath/database';

import type { Envelope } from './envelope.ts';
import { type Arrival, type Cursor, replaces } from './gate.ts';

export interface Buffered extends Arrival {
  readonly envelope: Envelope;
}

/** A stream as this service has handled it: cursor, what was handled, and what waits. */
@Injectable()
export class InboxRepository {
  readonly #consumer: string;

  constructor(
    private readonly database: Database,
    identity: ServiceIdentity,
  ) {
    this.#consumer = identity.name;
  }

  /** Locks the stream until the transaction ends: its messages are handled one after another. */
  lock(tx: Transaction, { aggregatetype, subject }: Envelope): Promise<Cursor> {
    return tx.one<Cursor>(sql`
      INSERT INTO aggregate_cursor (consumer, aggregate_type, aggregate_id, version)
      VALUES (${this.#consumer}, ${aggregatetype}, ${subject}, 0)
      ON CONFLICT (consumer, aggregate_type, aggregate_id) DO UPDATE SET version = aggregate_cursor.version
      RETURNING version, blocked`);
  }

  /**
   * Notes a message as handled and moves the cursor up to it; one that comes late neither moves the cursor nor lets a blocked
   * stream go on. `false`: it was handled before, nothing moved.
   */
  async note(tx: Transaction, { id, subject, aggregatetype, aggregateversion }: Envelope): Promise<boolean> {
    const { noted } = await tx.one<{ noted: boolean }>(sql`
      WITH noted AS (
        INSERT INTO inbox (consumer, message_id, aggregate_id, version)
        VALUES (${this.#consumer}, ${id}, ${subject}, ${aggregateversion}) ON CONFLICT DO NOTHING RETURNING 1),
      moved AS (
        UPDATE aggregate_cursor SET version = greatest(version, ${aggregateversion}), blocked = blocked AND version >= ${aggregateversion}
        WHERE consumer = ${this.#consumer} AND aggregate_type = ${aggregatetype} AND aggregate_id = ${subject}
          AND EXISTS (SELECT 1 FROM noted))
      SELECT EXISTS (SELECT 1 FROM noted) AS noted`);
    return noted;
  }

  /** Keeps a message that came too early, in place of those that it replaces. */
  async buffer(tx: Transaction, envelope: Envelope, { jumps, version }: Arrival): Promise<void> {
    const { id, subject, aggregatetype } = envelope;
    const replaced = jumps
      ? (await this.buffered(tx, envelope)).filter((each) => replaces({ jumps, version }, each))
      : [];
    await tx.run(sql`
      WITH replaced AS (
        DELETE FROM inbox_pending
        WHERE consumer = ${this.#consumer} AND message_id = ANY(${replaced.map(({ envelope: { id } }) => id)}))
      INSERT INTO inbox_pending (consumer, message_id, aggregate_type, aggregate_id, version, jumps, envelope)
      VALUES (${this.#consumer}, ${id}, ${aggregatetype}, ${subject}, ${version}, ${jumps}, ${json(envelope)})
      ON CONFLICT DO NOTHING`);
  }

  /** What came too early, or came so and was passed by the cursor since it was last purged. */
  buffered(tx: Transaction, { aggregatetype, subject }: Envelope): Promise<Buffered[]> {
    return tx.rows<Buffered>(sql`
      SELECT version, jumps, envelope FROM inbox_pending
      WHERE consumer = ${this.#consumer} AND aggregate_type = ${aggregatetype} AND aggregate_id = ${subject}`);
  }

  /** Moves from the buffer into the inbox what the cursor has passed with this message. */
  async purge(tx: Transaction, { aggregatetype, subject, aggregateversion }: Envelope): Promise<void> {
    await tx.run(sql`
      WITH passed AS (
        DELETE FROM inbox_pending
        WHERE consumer = ${this.#consumer} AND aggregate_type = ${aggregatetype} AND aggregate_id = ${subject}
          AND version <= ${aggregateversion}
        RETURNING message_id, version)
      INSERT INTO inbox (consumer, message_id, aggregate_id, version)
      SELECT ${this.#consumer}, message_id, ${subject}, version FROM passed ON CONFLICT DO NOTHING`);
  }

  /** Stops the stream: what follows waits until its dead letter is resolved. */
  async block(tx: Transaction, { id, aggregatetype, subject }: Envelope): Promise<void> {
    await tx.run(sql`
      WITH buried AS (DELETE FROM inbox_pending WHERE consumer = ${this.#consumer} AND message_id = ${id})
      UPDATE aggregate_cursor SET blocked = true
      WHERE consumer = ${this.#consumer} AND aggregate_type = ${aggregatetype} AND aggregate_id = ${subject}`);
  }

  async unblock(tx: Transaction, { aggregatetype, subject }: Envelope): Promise<void> {
    await tx.run(sql`
      UPDATE aggregate_cursor SET blocked = false
      WHERE consumer = ${this.#consumer} AND aggregate_type = ${aggregatetype} AND aggregate_id = ${subject}`);
  }

  /** Seconds that the oldest message which came too early has waited. */
  async oldestWaitingSeconds(): Promise<number> {
    const { seconds } = await this.database.one<{ seconds: number }>(sql`
      SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 AS seconds FROM inbox_pending`);
    return seconds;
  }

  /** Forgets what was handled longer ago than any sender remembers, some at a time; resolves with their number. */
  async forget(olderThanDays: number, limit: number): Promise<number> {
    const { gone } = await this.database.one<{ gone: number }>(sql`
      WITH old AS (
        DELETE FROM inbox WHERE (consumer, message_id) IN (
          SELECT consumer, message_id FROM inbox WHERE processed_at < now() - ${olderThanDays} * interval '1 day' LIMIT ${limit})
        RETURNING 1)
      SELECT count(*)::int AS gone FROM old`);
    return gone;
  }
}

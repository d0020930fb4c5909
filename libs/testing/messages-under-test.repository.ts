import type { Type } from '@nestjs/common';
import { type Database, newId, sql } from '@towpath/database';
import type { EventOf, MessageDefinition } from '@towpath/messages';
import { type Envelope, Inbox } from '@towpath/messaging';

export interface Delivery {
  /** The next of its stream if not given. */
  readonly version?: number;
  readonly id?: string;
  readonly snapshot?: boolean;
}

export interface Delivered {
  readonly acked: boolean;
  readonly envelope: Envelope;
}

/** The messages of a service under test: those it gets, and those it says. */
export class MessagesUnderTest {
  constructor(
    private readonly service: string,
    private readonly database: Database,
    private readonly get: <T>(token: Type<T>) => T,
  ) {}

  /** Delivers a message as the transport would; resolves once it is acknowledged or turned away. */
  async receive<M extends MessageDefinition>(
    message: M,
    data: EventOf<M>,
    delivery: Delivery = {},
  ): Promise<Delivered> {
    const subject = String((data as Record<string, unknown>)[message.topic.key]);
    const version = delivery.version ?? (await this.nextVersion(message.topic.name, subject));
    return this.receiveRaw(envelopeOf(message, { ...delivery, subject, version, data }));
  }

  async receiveRaw(envelope: Envelope): Promise<Delivered> {
    const received = this.get(Inbox).receive(envelope);
    return received.then(
      () => ({ acked: true, envelope }),
      () => ({ acked: false, envelope }),
    );
  }

  /** The data of every message of this kind that the service has said, oldest first. */
  async said<M extends MessageDefinition>(message: M): Promise<EventOf<M>[]> {
    const rows = await this.database.rows<{ payload: EventOf<M> }>(
      sql`SELECT payload FROM outbox WHERE type = ${message.type} ORDER BY seq`,
    );
    return rows.map(({ payload }) => payload);
  }

  private async nextVersion(topic: string, subject: string): Promise<number> {
    const { version } = await this.database.one<{ version: number }>(sql`
      SELECT coalesce(max(version), 0) + 1 AS version FROM (
        SELECT version FROM aggregate_cursor WHERE consumer = ${this.service} AND aggregate_type = ${topic} AND aggregate_id = ${subject}
        UNION ALL
        SELECT version FROM stream_version WHERE aggregatetype = ${topic} AND aggregateid = ${subject}) AS streams`);
    return version;
  }
}

interface Parts {
  readonly subject: string;
  readonly version: number;
  readonly data: Record<string, unknown>;
  readonly id?: string;
  readonly snapshot?: boolean;
}

function envelopeOf(
  { type, topic }: MessageDefinition,
  { subject, version, data, id = newId(), snapshot }: Parts,
): Envelope {
  return {
    specversion: '1.0',
    id,
    type,
    source: topic.writtenBy,
    subject,
    time: new Date().toISOString(),
    dataschema: `urn:towpath:${type}`,
    aggregatetype: topic.name,
    aggregateversion: version,
    correlationid: id,
    snapshot: snapshot ?? topic.carries === 'snapshots',
    data,
  };
}

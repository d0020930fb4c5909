import type { MessageDefinition } from '@towpath/messages';
import { z } from 'zod';

const id = z.string().regex(/^[\x21-\x7e]{1,100}$/);

/**
 * What travels: CloudEvents 1.0 attributes, with the stream (`aggregatetype`, `subject`, `aggregateversion`), the chain of
 * causes and the trace as extensions. Source: CloudEvents specification 1.0.2, extensions "distributed tracing".
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id,
  type: z.string().regex(/^[a-z]+(\.[a-z-]+)+\.v[1-9]\d{0,3}$/),
  source: z.string().min(1).max(100),
  subject: id,
  time: z.iso.datetime(),
  dataschema: z.string().max(200),
  aggregatetype: z.string().min(1).max(100),
  aggregateversion: z.int().positive().max(2_147_483_647),
  correlationid: id,
  causationid: id.optional(),
  traceparent: z.string().max(100).optional(),
  snapshot: z.boolean().default(false),
  data: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** A message as it stands in the outbox. */
export interface OutboxRow {
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly version: number;
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly headers: OutboxHeaders;
  readonly created_at: Date;
  readonly attempts: number;
}

export interface OutboxHeaders {
  readonly correlationid: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly snapshot: boolean;
}

export function toEnvelope(row: OutboxRow, source: string): Envelope {
  return {
    specversion: '1.0',
    id: row.id,
    type: row.type,
    source,
    subject: row.aggregateid,
    time: row.created_at.toISOString(),
    dataschema: `urn:towpath:${row.type}`,
    aggregatetype: row.aggregatetype,
    aggregateversion: row.version,
    ...row.headers,
    data: row.payload,
  };
}

/** The major version at the end of a message's name. */
export const schemaVersion = (type: string): number => Number(type.slice(type.lastIndexOf('.v') + 2));

/** The name without its version: another version of the same name is one that we do not understand. */
export const nameOf = (type: string): string => type.slice(0, type.lastIndexOf('.v'));

/** The aggregate that a message is about. */
export function aggregateIdOf(message: MessageDefinition, data: Record<string, unknown>): string {
  return String(data[message.topic.key]);
}

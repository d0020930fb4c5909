import { contextFrom, currentTraceparent, span, SpanKind } from '@towpath/tracing';

import { type Envelope, type OutboxRow, toEnvelope } from './envelope.ts';
import type { Outcome } from './transport.ts';

/** Sends a row of `source` as an envelope, in a span of the trace that the row belongs to. */
export function sending(
  row: OutboxRow,
  source: string,
  send: (envelope: Envelope) => Promise<Outcome>,
): Promise<Outcome> {
  const attributes = {
    'messaging.operation.type': 'send',
    'messaging.destination.name': row.aggregatetype,
    'messaging.message.id': row.id,
  };
  const parent = contextFrom(row.headers.traceparent);
  return span(`send ${row.type}`, { kind: SpanKind.PRODUCER, attributes, parent }, () =>
    send({ ...toEnvelope(row, source), traceparent: currentTraceparent() }),
  );
}

import type { Batch, KafkaMessage } from 'kafkajs';

import { Unreadable } from './understanding.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A record as the inbox takes it: an envelope, as far as one can be read in it, else what there is. */
export function arrived({ topic }: Batch, { key, value }: KafkaMessage): unknown {
  const known = { aggregatetype: topic, subject: key?.toString() };
  if (value === null) return new Unreadable('no-value', 'The record has no value.', known);
  try {
    return asOf(topic, JSON.parse(utf8.decode(value)));
  } catch (error) {
    const kept = { ...known, base64: value.toString('base64') };
    return new Unreadable('invalid-json', error instanceof Error ? error.message : String(error), kept);
  }
}

/** Who may write to a topic says nothing for another one. */
function asOf(topic: string, envelope: unknown): unknown {
  const claimed = (envelope as { aggregatetype?: unknown } | null)?.aggregatetype;
  if (typeof claimed !== 'string' || claimed === topic) return envelope;
  return new Unreadable('wrong-topic', `It says ${claimed}, but lay in ${topic}.`, envelope);
}

/** Where the record lies, for ever: a topic that was made again begins at 0 again, at another time. */
export function placeOf({ topic, partition }: Batch, { offset, timestamp }: KafkaMessage): string {
  return `${topic}/${partition}/${offset}@${timestamp}`;
}

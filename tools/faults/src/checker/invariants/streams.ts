import { type MessagingService, messagingServices } from '../evidence.ts';
import type { Cursor, MessageRepository, Said } from '../message.repository.ts';
import type { Found, Invariant } from '../verdict.ts';

/** How far each state of a side is on its way: a later report never knows less. */
const ranks: Readonly<Record<string, number>> = {
  'payment.requested.v1': 0,
  'payment.authorized.v1': 1,
  'payment.captured.v1': 2,
  'payment.refunded.v1': 3,
  'payment.declined.v1': 3,
  'payment.voided.v1': 3,
  'stock.reserved.v1': 0,
  'stock.rejected.v1': 1,
  'stock.committed.v1': 1,
  'stock.released.v1': 1,
};

interface Consumed {
  readonly consumer: string;
  readonly topic: string;
  readonly cursors: readonly Cursor[];
  readonly handled: ReadonlyMap<string, number>;
}

/**
 * I9: each stream was said as 1, 2, 3 … and each consumer handled it so, but for gaps that a snapshot or a command jumped.
 * A shop may not have come to rest: what is further on, a cursor before an inbox before an outbox, is read first.
 */
export const inOrder: Invariant = async ({ messages }) => {
  const services = messagingServices.map((service) => messages[service]);
  const consumed = await Promise.all(messagingServices.map((service) => consumedBy(service, messages[service])));
  const written = await Promise.all(services.map((writer) => judgeWritten(writer, consumed.flat())));
  return {
    checked: written.reduce((sum, { checked }) => sum + checked, 0),
    violations: written.flatMap(({ violations }) => violations),
  };
};

async function consumedBy(consumer: MessagingService, reader: MessageRepository): Promise<Consumed[]> {
  const topics = await reader.read();
  const cursors = await Promise.all(topics.map((topic) => reader.cursors(topic)));
  const handled = await reader.handled();
  return topics.map((topic, index) => ({ consumer, topic, cursors: cursors[index], handled }));
}

/** All that a service wrote, and what came of it. */
async function judgeWritten(writer: MessageRepository, consumed: readonly Consumed[]): Promise<Found> {
  const found = { checked: 0, violations: [] as string[] };
  for (const topic of await writer.written()) {
    const versions = await writer.versions(topic);
    const streams = Map.groupBy(await writer.said(topic), ({ aggregateId }) => aggregateId);
    const saidIn = ({ aggregateId }: Cursor) => streams.get(aggregateId) ?? [];
    const readers = consumed.filter((each) => each.topic === topic);
    found.checked += streams.size;
    found.violations.push(
      ...versions.flatMap((cursor) => saidWrongly(topic, saidIn(cursor), cursor)),
      ...readers.flatMap((reader) =>
        reader.cursors.flatMap((cursor) => handledWrongly(reader, saidIn(cursor), cursor)),
      ),
    );
  }
  return found;
}

function saidWrongly(topic: string, said: readonly Said[], { aggregateId, version }: Cursor): string[] {
  const stream = `${topic} ${aggregateId}`;
  if (said.length < version || said.some((message, index) => message.version !== index + 1)) {
    const versions = said.map((each) => each.version).join(', ');
    return [`${stream} is said to be at ${version} and has the versions ${versions}`];
  }
  const regress = said.find(({ type }, index) => index > 0 && rank(type) < rank(said[index - 1].type));
  return regress ? [`${stream} went back to ${regress.type} with version ${regress.version}`] : [];
}

function handledWrongly({ consumer, topic, handled }: Consumed, said: readonly Said[], cursor: Cursor): string[] {
  const stream = `${consumer} in ${topic} ${cursor.aggregateId}`;
  const last = said.at(-1)?.version ?? 0;
  if (cursor.version > last) return [`${stream} is at ${cursor.version}, ${last} were said`];
  const passed = said.slice(0, cursor.version);
  const top = passed.at(-1);
  if (top && !handled.has(top.id)) return [`${stream} is at ${cursor.version}, which it did not handle`];
  const jumps = passed.filter(({ jumps: mayJump, id }) => mayJump && handled.has(id));
  const gap = passed.find(({ id, version }) => !handled.has(id) && !jumps.some((jump) => jump.version > version));
  if (gap) return [`${stream} did not handle version ${gap.version} (${gap.type}), and nothing jumped it`];
  const early = passed.find((message, index) => index > 0 && cameEarly(message, passed[index - 1], jumps, handled));
  return early ? [`${stream} handled version ${early.version} before ${early.version - 1}`] : [];
}

/** Handled before its predecessor was, though it may not jump, and nothing newer had made both of them stale. */
function cameEarly(message: Said, before: Said, jumps: readonly Said[], handled: ReadonlyMap<string, number>): boolean {
  const [at, beforeAt] = [handled.get(message.id), handled.get(before.id)];
  if (message.jumps || at === undefined || beforeAt === undefined || beforeAt <= at) return false;
  return !jumps.some(({ id, version }) => version > message.version && (handled.get(id) ?? Infinity) <= at);
}

const rank = (type: string): number => ranks[type] ?? 0;

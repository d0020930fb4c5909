import { type MessagingService, messagingServices } from '../evidence.ts';
import type { Cursor, MessageRepository, Said } from '../message.repository.ts';
import type { Invariant } from '../verdict.ts';

/**
 * A message has the time at which its transaction began, before it waited for its stream; with the database stopped in
 * between, that was as long ago as it was stopped.
 */
const begunBeforeMs = 45_000;

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

/** I9: each stream was said as 1, 2, 3 … and each consumer handled it so, but for gaps that a snapshot or a command jumped. */
export const inOrder: Invariant = async ({ messages }) => {
  const violations: string[] = [];
  let checked = 0;
  const consumed = (
    await Promise.all(messagingServices.map((service) => consumedBy(service, messages[service])))
  ).flat();
  for (const writer of messagingServices.map((service) => messages[service])) {
    for (const topic of await writer.written()) {
      const streams = Map.groupBy(await writer.said(topic), ({ aggregateId }) => aggregateId);
      checked += streams.size;
      const versions = new Map(
        (await writer.versions(topic)).map(({ aggregateId, version }) => [aggregateId, version]),
      );
      for (const [aggregateId, version] of versions) {
        violations.push(...saidWrongly(`${topic} ${aggregateId}`, streams.get(aggregateId) ?? [], version));
      }
      for (const each of consumed.filter((one) => one.topic === topic)) {
        violations.push(
          ...each.cursors.flatMap((cursor) => handledWrongly(each, streams.get(cursor.aggregateId) ?? [], cursor)),
        );
      }
    }
  }
  return { checked, violations };
};

async function consumedBy(consumer: MessagingService, reader: MessageRepository): Promise<Consumed[]> {
  const handled = await reader.handled();
  const topics = await reader.read();
  return Promise.all(topics.map(async (topic) => ({ consumer, topic, cursors: await reader.cursors(topic), handled })));
}

function saidWrongly(stream: string, said: readonly Said[], version: number): string[] {
  const gap = said.findIndex((message, index) => message.version !== index + 1);
  if (gap >= 0 || said.length !== version) {
    return [
      `${stream} is said to be at ${version} and has the versions ${said.map((each) => each.version).join(', ')}`,
    ];
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
  if (message.jumps || at === undefined || beforeAt === undefined || beforeAt - at <= begunBeforeMs) return false;
  return !jumps.some(
    ({ id, version }) => version > message.version && (handled.get(id) ?? Infinity) <= at + begunBeforeMs,
  );
}

const rank = (type: string): number => ranks[type] ?? 0;

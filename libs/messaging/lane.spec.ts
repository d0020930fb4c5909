import { setTimeout as wait } from 'node:timers/promises';

import type { OutboxRow } from './envelope.ts';
import { Lane } from './lane.ts';
import { LaneWidth } from './lane-width.ts';
import type { Settlement } from './settlement.ts';
import type { Outcome, Transport } from './transport.ts';

const answersAtOnce = 4;

/** A subscriber that answers a few at a time; asked for more, none of them is answered before its sender gives up. */
class SlowSubscriber {
  asked = 0;
  most = 0;
  private open = 0;

  async publish(_: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    this.asked += 1;
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    await wait(5);
    const isInTime = this.open <= answersAtOnce;
    this.open -= 1;
    return rows.map(() => (isInTime ? { accepted: true } : { accepted: false, error: 'too late' }));
  }
}

/** Streams of one message each; what failed is due again at once. */
function outboxOf(count: number) {
  const waiting = new Map(Array.from({ length: count }, (_, index) => [`${index}`, rowOf(`${index}`)]));
  const due = (busy: readonly string[], limit: number) =>
    Promise.resolve([...waiting.values()].filter(({ id }) => !busy.includes(`orders/${id}`)).slice(0, limit));
  const settle = (_: string, { id, outcome }: { id: string; outcome: Outcome }) => {
    if (outcome.accepted) waiting.delete(id);
    return Promise.resolve();
  };
  return { waiting, due, settlement: { settle } as unknown as Settlement };
}

const rowOf = (id: string) => ({ id, aggregatetype: 'orders', aggregateid: id, attempts: 0 }) as OutboxRow;

/** What it does not notice by itself it would find a minute later. */
function laneThatSeldomLooks(
  due: () => Promise<OutboxRow[]>,
  publish: () => Promise<Outcome[]> = () => Promise.resolve([]),
) {
  const settlement = { settle: () => Promise.resolve() } as unknown as Settlement;
  const parts = { transport: { publish } as unknown as Transport, due, settlement };
  return new Lane('seldom', parts, { pollMs: 60_000, batch: 200, backoffMaxMs: 1, leastAtOnce: 1 });
}

describe('lane', () => {
  it('When a subscriber answers a few at a time, then it is soon asked for no more, and all get through', async () => {
    const subscriber = new SlowSubscriber();
    const { waiting, due, settlement } = outboxOf(300);
    const parts = { transport: subscriber as unknown as Transport, due, settlement };
    const lane = new Lane('slow', parts, { pollMs: 1, batch: 200, backoffMaxMs: 1, leastAtOnce: 1 });

    lane.start();
    const giveUpAt = performance.now() + 5_000;
    while (waiting.size > 0 && performance.now() < giveUpAt) await new Promise(setImmediate);
    await lane.stop();

    expect(waiting.size).toBe(0);
    expect(subscriber.asked).toBeLessThan(900);
  });

  it('When a subscriber keeps up, then many are asked of it at once', async () => {
    const subscriber = new SlowSubscriber();
    const { waiting, due, settlement } = outboxOf(300);
    const publish = (lane: string, rows: readonly OutboxRow[]) =>
      subscriber.publish(lane, rows).then(() => rows.map(() => ({ accepted: true }) as const));
    const parts = { transport: { publish } as unknown as Transport, due, settlement };
    const lane = new Lane('fast', parts, { pollMs: 1, batch: 200, backoffMaxMs: 1, leastAtOnce: 1 });

    lane.start();
    while (waiting.size > 0) await new Promise(setImmediate);
    await lane.stop();

    expect(subscriber.most).toBe(64);
  });

  it('When it is stopped while it looks for messages, then it does not wait for the next time to look', async () => {
    const looks = Promise.withResolvers<void>();
    const found = Promise.withResolvers<OutboxRow[]>();
    const due = () => (looks.resolve(), found.promise);
    const lane = laneThatSeldomLooks(due);
    lane.start();
    await looks.promise;

    const stopped = lane.stop();
    found.resolve([]);

    await expect(stopped).resolves.toBeUndefined();
  });

  it('When a stream is free again while others are looked for, then it is looked for too, at once', async () => {
    const answer = Promise.withResolvers<Outcome[]>();
    const thirdLook = Promise.withResolvers<void>();
    const looks = [
      async () => [rowOf('1')],
      async () => {
        answer.resolve([{ accepted: true }]);
        await new Promise(setImmediate);
        return [];
      },
      async () => (thirdLook.resolve(), []),
    ];
    const publish = () => (lane.wake(), answer.promise);
    const lane = laneThatSeldomLooks(() => looks.shift()?.() ?? Promise.resolve([]), publish);

    lane.start();

    await expect(thirdLook.promise).resolves.toBeUndefined();
    await lane.stop();
  });

  it('When some streams fail for reasons of their own, then a broker is asked for as many as before', () => {
    const width = new LaneWidth(64, 64);

    for (let failed = 0; failed < 10; failed += 1) width.learn({ accepted: false, error: 'no leader' });

    expect(width.now).toBe(64);
  });

  it('When a message can never be sent, then that says nothing of the others', () => {
    const width = new LaneWidth(1, 64);

    width.learn({ accepted: false, error: 'too large', permanent: true });

    expect(width.now).toBe(64);
  });
});

import { randomUUID } from 'node:crypto';

import { type Sql, sql } from '@towpath/database';
import type { EventOf, MessageDefinition } from '@towpath/messages';
import { DeadLetters } from '@towpath/messaging';
import { Metrics } from '@towpath/metrics';
import type { Counter } from 'prom-client';

import type { Shop } from './given-shop.ts';

interface Message<M extends MessageDefinition> {
  readonly message: M;
  readonly data: EventOf<M>;
}

/** Two messages of one stream, and what can be seen of their effect. */
export interface Scene<
  M extends MessageDefinition = MessageDefinition,
  N extends MessageDefinition = MessageDefinition,
> {
  readonly first: Message<M> & { readonly version: number };
  readonly second: Message<N>;
  readonly look: () => Promise<unknown>;
  readonly untouched: unknown;
  readonly afterFirst: unknown;
  readonly afterBoth: unknown;
}

/** What every consumer has to do with a message, good or bad. `table` is one that its handlers write to. */
export function describeConsumer(shop: Shop, { table, scene }: { table: Sql; scene: () => Promise<Scene> }): void {
  const deliver = ({ first }: Scene, id?: string) =>
    shop.service.receives(first.message, first.data as never, { version: first.version, id });
  const deadLetters = () => shop.service.get(DeadLetters).list();

  it('When a message is handled, then it is acknowledged and has its effect', async () => {
    const its = await scene();

    const { acked } = await deliver(its);

    expect(acked).toBe(true);
    expect(await its.look()).toEqual(its.afterFirst);
  });

  it('When a message comes twice, then it is acknowledged twice and has its effect once', async () => {
    const its = await scene();
    const id = randomUUID();

    const deliveries = await Promise.all([deliver(its, id), deliver(its, id), deliver(its, id)]);

    expect(deliveries.map(({ acked }) => acked)).toEqual([true, true, true]);
    expect(await its.look()).toEqual(its.afterFirst);
  });

  it('When a message is poison, then it is put aside and the good one behind it is handled', async () => {
    const its = await scene();

    const { acked, envelope } = await shop.service.receives(
      its.first.message,
      { ...its.first.data, ...nonsense(its) } as never,
      {
        version: its.first.version,
      },
    );
    expect(acked).toBe(true);
    expect(await its.look()).toEqual(its.untouched);
    expect(await deadLetters()).toContainEqual(
      expect.objectContaining({ message_id: envelope.id, reason: 'invalid-data' }),
    );

    await deliver(its);
    expect(await its.look()).toEqual(its.afterFirst);
  });

  it('When the database is busy, then the message is tried again until it has its effect', async () => {
    const its = await scene();
    const before = await retriesOf(its.first.message.type);

    const delivery = await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`LOCK TABLE ${table} IN EXCLUSIVE MODE`);
      const underWay = deliver(its);
      await shop.service.eventually(() => retriesOf(its.first.message.type)).toBeGreaterThan(before);
      return { underWay };
    });

    expect((await delivery.underWay).acked).toBe(true);
    expect(await its.look()).toEqual(its.afterFirst);
  });

  it('When a message fails for good, then its stream waits, and both go on once it is redriven', async () => {
    const its = await scene();
    const { second, first } = its;

    await shop.service.database.rows(sql`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (false) NOT VALID`);
    const { acked, envelope } = await deliver(its);
    expect(acked).toBe(true);
    await shop.service.receives(second.message, second.data as never, { version: first.version + 1 });
    expect(await its.look()).toEqual(its.untouched);

    await shop.service.database.rows(sql`ALTER TABLE ${table} DROP CONSTRAINT broken`);
    const letter = (await deadLetters()).find(({ message_id }) => message_id === envelope.id);
    expect(letter).toMatchObject({ reason: 'handler-failed', attempts: 5 });
    await shop.service.get(DeadLetters).redrive(letter!.id, 'a test', 'mended');
    expect(await its.look()).toEqual(its.afterBoth);
  });

  async function retriesOf(type: string): Promise<number> {
    const counter = shop.service.get(Metrics).registry.getSingleMetric('messages_handled_total') as Counter;
    const { values } = await counter.get();
    return values.find(({ labels }) => labels['type'] === type && labels['outcome'] === 'retry')?.value ?? 0;
  }
}

/** The same data, but for one field that cannot be. */
function nonsense({ first }: Scene): Record<string, unknown> {
  const [field] = Object.keys(first.data).filter((key) => key !== first.message.topic.key);
  return { [field ?? first.message.topic.key]: -1 };
}

import { randomUUID } from 'node:crypto';

import type { Answered } from '../wire.ts';
import type { orderRows } from './rows.ts';
import { bodyOf, type Probes, type World } from './world.ts';

/** Many at once, until one comes while another is being done. */
async function inProgress(world: World): Promise<Answered> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const customer = await world.someone();
    const same = { key: randomUUID(), cartId: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.order(customer, same)));
    const tooEarly = answers.find(({ status }) => status === 409);
    if (tooEarly) return tooEarly;
  }
  throw new Error('All were answered one after the other.');
}

export const orderProbes: Probes<typeof orderRows> = {
  noKey: (world) => world.order(world.ada, { key: null }),
  badKey: (world) => world.order(world.ada, { key: 'too-short' }),
  refundNoKey: (world) => world.refund({ amountMinor: 1 }, {}),
  replayed: async (world) => {
    const customer = await world.someone();
    const same = { key: randomUUID(), cartId: randomUUID() };
    const first = await world.order(customer, same);
    const again = await world.order(customer, same);
    expect(again.text).toBe(first.text);
    return again;
  },
  refundReplayed: async (world) => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await world.refund({ amountMinor: 1 }, key);
    const again = await world.refund({ amountMinor: 1 }, key);
    expect(again.text).toBe(first.text);
    return again;
  },
  inProgress,
  keyReused: async (world) => {
    const customer = await world.someone();
    const key = randomUUID();
    await world.order(customer, { key });
    return world.order(customer, { key });
  },
  keyOfOther: async (world) => {
    const [one, other] = await Promise.all([world.someone(), world.someone()]);
    const same = { key: randomUUID(), cartId: randomUUID() };
    const first = await world.order(one, same);
    const others = await world.order(other, same);
    expect(bodyOf<{ id: string }>(others).id).not.toBe(bodyOf<{ id: string }>(first).id);
    return others;
  },
  keyOfOtherRoute: async (world) => {
    const key = randomUUID();
    const orders = await world.order(world.shop.admin, { key });
    expect(orders).toMatchObject({ status: 201 });
    return world.refund({ amountMinor: 1 }, { 'idempotency-key': key });
  },
  sameCart: async (world) => {
    const customer = await world.someone();
    const cartId = randomUUID();
    await world.order(customer, { cartId });
    return world.order(customer, { cartId });
  },
  cancelCompleted: (world) =>
    world.ask({ method: 'POST', path: `/v1/orders/${world.orderId}/cancel`, json: {} }, world.ada),
  refundTooMuch: (world) => world.refund({ amountMinor: 99_999 }, { 'idempotency-key': randomUUID() }),
};

import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';

import { fingerprintOf } from '../src/idempotency/idempotency-key.ts';
import { OncePerKey } from '../src/idempotency/once-per-key.ts';
import { type Customer, givenShop } from './given-shop.ts';

describe('refunding an order once per key', () => {
  const shop = givenShop();
  let admin: Customer;
  beforeAll(async () => (admin = await shop.customer(['admin'])));

  const goalOf = async (id: string) => (await shop.row(id))['refund_goal_minor'];

  it('When a request is sent again, then its first answer is replayed and no more is refunded', async () => {
    const { id } = await shop.settledOrder();
    const key = randomUUID();

    const first = await shop.refund(id, { amountMinor: 1000 }, admin, key);
    const again = await shop.refund(id, { amountMinor: 1000 }, admin, `"${key}"`);

    expect(again).toMatchObject({ status: 202, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(await goalOf(id)).toBe(1000);
  });

  it('When a key comes with another amount or for another order, then it is refused', async () => {
    const [one, other] = [await shop.settledOrder(), await shop.settledOrder()];
    const key = randomUUID();
    await shop.refund(one.id, { amountMinor: 1000 }, admin, key);

    const replies = [
      await shop.refund(one.id, { amountMinor: 999 }, admin, key),
      await shop.refund(one.id, {}, admin, key),
      await shop.refund(other.id, { amountMinor: 1000 }, admin, key),
    ];

    for (const reply of replies) expect(reply).toMatchObject({ status: 422, body: { type: '/problems/key-reused' } });
    expect([await goalOf(one.id), await goalOf(other.id)]).toEqual([1000, 0]);
  });

  it('When two admins, or a checkout, use the same key, then each is a request of its own', async () => {
    const { id } = await shop.settledOrder();
    const key = randomUUID();

    const replies = [
      await shop.refund(id, { amountMinor: 1000 }, admin, key),
      await shop.refund(id, { amountMinor: 1000 }, await shop.customer(['admin']), key),
      await shop.post(shop.checkout(await shop.product()), admin, key),
    ];

    expect(replies.map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
      [202, undefined],
      [202, undefined],
      [201, undefined],
    ]);
    expect(await goalOf(id)).toBe(2000);
  });

  it('When the same request is being worked on, then the second is told to wait', async () => {
    const { id } = await shop.settledOrder();
    const key = randomUUID();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: claimed, resolve: claim } = Promise.withResolvers<void>();
    const fingerprint = fingerprintOf({ orderId: id, body: {} });
    const work = shop.service
      .get(OncePerKey)
      .answer(
        { subject: admin.id, operation: 'refundOrder', key, fingerprint },
        { first: () => (claim(), held.then(() => ({ status: 202, headers: {}, body: {} }))) },
      );

    await claimed;
    const meanwhile = await shop.refund(id, {}, admin, key);
    release();
    await work;

    expect(meanwhile).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: '/problems/in-progress' },
    });
    expect(await goalOf(id)).toBe(0);
  });

  it('When it was refused, then the refusal is replayed, though it would be granted now', async () => {
    const { id } = await shop.order('CONFIRMED');
    const [early, missing] = [randomUUID(), randomUUID()];
    const refused = await shop.refund(id, {}, admin, early);
    await shop.service.database.rows(sql`UPDATE orders SET status = 'COMPLETED' WHERE id = ${id}`);

    const again = await shop.refund(id, {}, admin, early);
    const nowhere = [await shop.refund(randomUUID(), {}, admin), await shop.refund(missing, {}, admin, missing)];
    const nowhereAgain = await shop.refund(missing, {}, admin, missing);

    expect([refused.status, again.status]).toEqual([409, 409]);
    expect(again).toMatchObject({
      headers: { 'idempotency-replayed': 'true' },
      body: { type: '/problems/illegal-state', detail: refused.body.detail },
    });
    expect(nowhere.map(({ status }) => status)).toEqual([404, 404]);
    expect(nowhereAgain).toMatchObject({ status: 404, headers: { 'idempotency-replayed': 'true' } });
  });

  it('When the owner asks, then only an admin may', async () => {
    const { id, customer } = await shop.settledOrder();

    const reply = await shop.refund(id, {}, customer);

    expect(reply).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
    expect(await goalOf(id)).toBe(0);
  });
});

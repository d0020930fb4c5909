import { randomUUID } from 'node:crypto';

import { OrderCancelled, StockReleased } from '@towpath/messages';

import { givenShop } from './given-shop.ts';

describe('cancelling an order', () => {
  const shop = givenShop();

  it.each([
    ['PLACED', ['order.cancelled.v1']],
    ['RESERVING', ['order.cancelled.v1', 'stock.release.v1']],
    ['AUTHORIZING', ['order.cancelled.v1', 'stock.release.v1', 'payment.cancel.v1']],
    ['CONFIRMED', ['order.cancelled.v1', 'stock.release.v1', 'payment.cancel.v1']],
  ] as const)(
    'When an order is %s, then it is cancelled and exactly the sides that were asked give back',
    async (status, says) => {
      const { id, customer } = await shop.order(status);
      const before = await shop.read(id, customer);
      await shop.forgetSaid(id);

      const reply = await shop.cancel(id, customer);

      expect(reply).toMatchObject({
        status: 202,
        body: { id, status: 'CANCELLED', cancelReason: 'customer', version: before.body.version + 1 },
      });
      const { body } = await shop.read(id, customer);
      expect(body).toMatchObject(reply.body);
      expect(body.timeline).toEqual([
        ...before.body.timeline,
        { status: 'CANCELLED', at: body.updatedAt, cause: 'cancelled by the customer' },
      ]);
      expect((await shop.said(id)).map(({ type }) => type)).toEqual(says);
      expect(await shop.service.said(OrderCancelled)).toContainEqual({ orderId: id, reason: 'customer' });
    },
  );

  it('When an order is cancelled already, then that is told and nothing is said again', async () => {
    const { id, customer } = await shop.order('RESERVING');
    const first = await shop.cancel(id, customer);
    await shop.service.receives(StockReleased, { orderId: id });
    await shop.forgetSaid(id);

    const again = await shop.cancel(id, customer);

    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await shop.said(id)).toEqual([]);
  });

  it('When an order is completed, then it cannot be cancelled', async () => {
    const { id, customer } = await shop.order('COMPLETED');
    const before = await shop.row(id);
    await shop.forgetSaid(id);

    const reply = await shop.cancel(id, customer);

    expect(reply).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
    expect(await shop.row(id)).toEqual(before);
    expect(await shop.said(id)).toEqual([]);
  });

  it('When ten cancel at once, then one of them does it', async () => {
    const { id, customer } = await shop.order('AUTHORIZING');
    await shop.forgetSaid(id);

    const replies = await Promise.all(Array.from({ length: 10 }, () => shop.cancel(id, customer)));

    expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array<number>(9).fill(200), 202]);
    expect(await shop.said(id)).toHaveLength(3);
  });

  it("When the order is another's, then it is not found, exactly as one that does not exist", async () => {
    const { id } = await shop.order('PLACED');
    const stranger = await shop.customer();

    const [others, missing] = [await shop.cancel(id, stranger), await shop.cancel(randomUUID(), stranger)];

    expect(others.status).toBe(404);
    expect(masked(others.body)).toEqual(masked(missing.body));
    expect(await shop.row(id)).toMatchObject({ status: 'PLACED' });
  });

  it('When an admin cancels, then whose order it is does not matter', async () => {
    const { id } = await shop.order('PLACED');

    const reply = await shop.cancel(id, await shop.customer(['admin']));

    expect(reply).toMatchObject({ status: 202, body: { id, status: 'CANCELLED' } });
  });
});

function masked(problem: Record<string, unknown>) {
  return { ...problem, instance: '', traceId: '' };
}

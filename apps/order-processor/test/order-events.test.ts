import { sql } from '@towpath/database';
import { OrderPlaced, OrderSnapshot, ReserveStock } from '@towpath/messages';

import { describeConsumer } from './consumer-contract.ts';
import { givenShop } from './given-shop.ts';

describe('events of orders, heard by their own service', () => {
  const shop = givenShop({ DATABASE_LOCK_MS: '50' });

  describeConsumer(shop, {
    table: sql`order_timeline`,
    scene: async () => {
      const { id: orderId } = await shop.order('PLACED');
      const [data] = (await shop.service.said(OrderPlaced)).filter((said) => said.orderId === orderId);
      return {
        first: { message: OrderPlaced, data: data!, version: 1 },
        second: { message: OrderSnapshot, data: { orderId, status: 'RESERVING' } },
        look: async () => ({ status: (await shop.row(orderId))['status'], said: (await shop.said(orderId)).length }),
        untouched: { status: 'PLACED', said: 1 },
        afterFirst: { status: 'RESERVING', said: 2 },
        afterBoth: { status: 'RESERVING', said: 2 },
      };
    },
  });

  it('When an order is placed, then its stock is asked for', async () => {
    const { id: orderId } = await shop.order('PLACED');
    const [{ lines }] = (await shop.service.said(OrderPlaced)).filter((said) => said.orderId === orderId) as [
      OrderPlaced,
    ];

    await shop.hearsItself(orderId);

    expect(await shop.service.said(ReserveStock)).toContainEqual({ orderId, lines });
    expect(await shop.row(orderId)).toMatchObject({ status: 'RESERVING', stock_goal: 'reserve', settled_at: null });
  });

  it('When a cancelled order has heard its own last word, then it is settled, and not before', async () => {
    const { id: orderId, customer } = await shop.order('PLACED');
    await shop.cancel(orderId, customer);
    expect(await shop.row(orderId)).toMatchObject({ status: 'CANCELLED', settled_at: null });

    await shop.hearsItself(orderId);

    expect(await shop.row(orderId)).toMatchObject({ status: 'CANCELLED', settled_at: expect.any(Date) });
  });

  it('When a side still owes something, then hearing itself does not settle the order', async () => {
    const { id: orderId, customer } = await shop.order('RESERVING');
    await shop.cancel(orderId, customer);

    await shop.hearsItself(orderId);

    expect(await shop.row(orderId)).toMatchObject({ status: 'CANCELLED', settled_at: null });
  });
});

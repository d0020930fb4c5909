import { sql } from '@towpath/database';
import { AuthorizePayment, StockCommitted, StockRejected, StockReleased, StockReserved } from '@towpath/messages';

import { describeConsumer } from './consumer-contract.ts';
import { givenShop } from './given-shop.ts';

describe('events of stock', () => {
  const shop = givenShop({ DATABASE_LOCK_MS: '50' });

  describeConsumer(shop, {
    table: sql`order_timeline`,
    scene: async () => {
      const { id: orderId } = await shop.order('RESERVING');
      return {
        first: { message: StockReserved, data: { orderId }, version: 1 },
        second: { message: StockReserved, data: { orderId } },
        look: async () => ({ status: (await shop.row(orderId))['status'], said: (await shop.said(orderId)).length }),
        untouched: { status: 'RESERVING', said: 2 },
        afterFirst: { status: 'AUTHORIZING', said: 3 },
        afterBoth: { status: 'AUTHORIZING', said: 3 },
      };
    },
  });

  it('When stock is reserved, then the payment is asked for with all that it needs', async () => {
    const { id: orderId, customer } = await shop.order('RESERVING');

    await shop.service.receives(StockReserved, { orderId });

    expect(await shop.row(orderId)).toMatchObject({
      status: 'AUTHORIZING',
      stock_seen: 'RESERVED',
      payment_goal: 'authorize',
    });
    expect(await shop.service.said(AuthorizePayment)).toContainEqual({
      orderId,
      customerId: customer.id,
      amount: { amountMinor: 3998, currency: 'EUR' },
      paymentMethod: 'pm_card_visa',
    });
  });

  it('When stock is out, then the order is cancelled and nothing is asked back', async () => {
    const { id: orderId, customer } = await shop.order('RESERVING');
    await shop.forgetSaid(orderId);

    await shop.service.receives(StockRejected, { orderId });
    await shop.hearsItself(orderId);

    expect((await shop.read(orderId, customer)).body).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'out_of_stock',
    });
    expect(await shop.said(orderId)).toEqual([{ type: 'order.cancelled.v1', version: 2, snapshot: false }]);
    expect(await shop.row(orderId)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When the sold stock of a completed order is committed, then the order is settled', async () => {
    const { id: orderId } = await shop.order('COMPLETED');
    await shop.hearsItself(orderId);
    expect(await shop.row(orderId)).toMatchObject({ settled_at: null });

    await shop.service.receives(StockCommitted, { orderId });

    expect(await shop.row(orderId)).toMatchObject({ stock_seen: 'COMMITTED', settled_at: expect.any(Date) });
  });

  it('When sold stock is committed before the order has heard its own last word, then it is settled by that word', async () => {
    const { id: orderId } = await shop.order('COMPLETED');
    await shop.service.receives(StockCommitted, { orderId });
    expect(await shop.row(orderId)).toMatchObject({ stock_seen: 'COMMITTED', settled_at: null });

    await shop.hearsItself(orderId);

    expect(await shop.row(orderId)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When stock is released before the order has heard its own last word, then it is not settled yet', async () => {
    const { id: orderId, customer } = await shop.order('RESERVING');
    await shop.cancel(orderId, customer);

    await shop.service.receives(StockReleased, { orderId });
    expect(await shop.row(orderId)).toMatchObject({ stock_seen: 'RELEASED', settled_at: null });

    await shop.hearsItself(orderId);
    expect(await shop.row(orderId)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When stock is reserved for an order that was cancelled meanwhile, then it is noted and nothing is said', async () => {
    const { id: orderId, customer } = await shop.order('RESERVING');
    await shop.cancel(orderId, customer);
    await shop.forgetSaid(orderId);

    await shop.service.receives(StockReserved, { orderId });

    expect(await shop.row(orderId)).toMatchObject({ status: 'CANCELLED', version: 3, stock_seen: 'RESERVED' });
    expect(await shop.said(orderId)).toEqual([]);
    expect(await shop.anomalies(orderId)).toEqual([]);
  });

  it('When a report is illegal, then it is kept as an anomaly and the order stays as it is', async () => {
    const { id: orderId } = await shop.order('AUTHORIZING');
    const before = await shop.row(orderId);

    await shop.service.receives(StockCommitted, { orderId });

    expect(await shop.anomalies(orderId)).toEqual([
      { kind: 'illegal', orderId, status: 'AUTHORIZING', report: 'COMMITTED' },
    ]);
    expect(await shop.row(orderId)).toEqual(before);
  });

  it('When the order of a report does not exist, then that is an anomaly', async () => {
    const orderId = '00000000-0000-7000-8000-000000000001';

    const { acked } = await shop.service.receives(StockReserved, { orderId });

    expect(acked).toBe(true);
    expect(await shop.anomalies(orderId)).toEqual([{ kind: 'illegal', orderId, status: null, report: 'RESERVED' }]);
  });
});

import { sql } from '@towpath/database';
import {
  AuthorizePayment,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentVoided,
  RefundPayment,
  ReserveStock,
  StockReleased,
  StockReserved,
} from '@towpath/messages';

import { AskAgain } from '../src/orders/ask-again.use-case.ts';
import type { OrderStatus } from '../src/orders/order.machine.ts';
import { OrderRepository } from '../src/orders/order.repository.ts';
import { givenShop, paid } from './given-shop.ts';

describe('asking again', () => {
  const shop = givenShop({ SWEEP_BATCH: '2' });

  const beQuiet = (id: string, seconds = 21) =>
    shop.service.database.rows(
      sql`UPDATE orders SET progress_at = clock_timestamp() - ${seconds} * interval '1 second' WHERE id = ${id}`,
    );
  const askAgain = () => shop.service.get(AskAgain).execute();

  /** What is asked again for an order that heard nothing for long enough: the types, all said as snapshots. */
  async function askedFor(id: string): Promise<string[]> {
    await shop.forgetSaid(id);
    await beQuiet(id);
    await askAgain();
    const said = await shop.said(id);
    expect(said.every(({ snapshot }) => snapshot)).toBe(true);
    return said.map(({ type }) => type);
  }

  beforeEach(() => shop.service.database.rows(sql`UPDATE orders SET settled_at = now()`));

  it.each<[OrderStatus, string]>([
    ['PLACED', 'order.placed.v1'],
    ['RESERVING', 'stock.reserve.v1'],
    ['AUTHORIZING', 'payment.authorize.v1'],
    ['CONFIRMED', 'payment.capture.v1'],
    ['COMPLETED', 'stock.commit.v1'],
  ])('When a %s order hears nothing, then its question is asked again', async (status, question) => {
    const { id } = await shop.order(status);
    if (status !== 'PLACED') await shop.hearsItself(id);

    expect(await askedFor(id)).toEqual([question]);
    expect(await shop.row(id)).toMatchObject({ status, settled_at: null });
  });

  it('When something is asked again, then it is a new message with all that the first one said', async () => {
    const { id } = await shop.order('AUTHORIZING');
    const dataOf = async () => (await shop.service.said(AuthorizePayment)).filter(({ orderId }) => orderId === id);
    const [first] = await dataOf();

    expect(await askedFor(id)).toEqual(['payment.authorize.v1']);

    expect(await dataOf()).toEqual([first]);
    expect(await shop.said(id)).toEqual([{ type: 'payment.authorize.v1', version: 2, snapshot: true }]);
  });

  it('When the first word of an order was lost, then the second one starts it', async () => {
    const { id } = await shop.order('PLACED');
    expect(await askedFor(id)).toEqual(['order.placed.v1']);

    await shop.hearsItself(id);

    expect(await shop.row(id)).toMatchObject({ status: 'RESERVING' });
    expect(await shop.said(id)).toMatchObject([{ type: 'order.placed.v1', version: 2 }, { type: 'stock.reserve.v1' }]);
  });

  it('When an order has not heard itself, then it says what it is, and is settled once it hears that', async () => {
    const { id, customer } = await shop.order('PLACED');
    await shop.cancel(id, customer);

    expect(await askedFor(id)).toEqual(['order.snapshot.v1']);
    expect(await shop.row(id)).toMatchObject({ settled_at: null });

    await shop.hearsItself(id);
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When an order is cancelled, then each side is asked until it has given back', async () => {
    const { id, customer } = await shop.order('AUTHORIZING');
    await shop.cancel(id, customer);
    await shop.hearsItself(id);
    expect(await askedFor(id)).toEqual(['stock.release.v1', 'payment.cancel.v1']);

    await shop.service.receives(StockReserved, { orderId: id });
    expect(await askedFor(id)).toEqual(['stock.release.v1', 'payment.cancel.v1']);

    await shop.service.receives(StockReleased, { orderId: id });
    expect(await askedFor(id)).toEqual(['payment.cancel.v1']);

    await shop.service.receives(PaymentVoided, paid(id));
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
    expect(await askedFor(id)).toEqual([]);
  });

  it.each([
    ['declined', PaymentDeclined, { reason: 'expired_card' }],
    ['refunded', PaymentRefunded, { refundedMinor: 3998 }],
  ] as const)('When the payment of a cancelled order is %s, then it is settled', async (_, message, told) => {
    const { id, customer } = await shop.order('AUTHORIZING');
    await shop.cancel(id, customer);
    await shop.hearsItself(id);
    await shop.service.receives(StockReleased, { orderId: id });

    await shop.service.receives(message, { ...paid(id), ...told } as never);

    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When a refund was asked for, then it is asked for again until its total is back', async () => {
    const { id } = await shop.settledOrder();
    const admin = await shop.customer(['admin']);
    for (const amountMinor of [1_000, 500]) await shop.refund(id, { amountMinor }, admin);
    const total = { orderId: id, total: { amountMinor: 1_500, currency: 'EUR' } };

    expect(await askedFor(id)).toEqual(['payment.refund.v1']);
    expect(await shop.service.said(RefundPayment)).toEqual([total]);

    await shop.service.receives(PaymentCaptured, { ...paid(id), refundedMinor: 1_000 });
    expect(await askedFor(id)).toEqual(['payment.refund.v1']);
    expect(await shop.service.said(RefundPayment)).toEqual([total]);

    await shop.service.receives(PaymentCaptured, { ...paid(id), refundedMinor: 1_500 });
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
    expect(await askedFor(id)).toEqual([]);
  });

  it('When nothing is open and nobody noticed, then the order is settled', async () => {
    const { id } = await shop.settledOrder();
    await shop.service.database.rows(sql`UPDATE orders SET settled_at = NULL WHERE id = ${id}`);

    expect(await askedFor(id)).toEqual([]);
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
    await beQuiet(id);
    expect(await shop.service.get(OrderRepository).quiet()).toEqual([]);
  });

  it('When one order cannot be asked for, then the others are', async () => {
    const [broken, good] = [await shop.order('RESERVING'), await shop.order('RESERVING')];
    await shop.forgetSaid(good.id);
    await beQuiet(broken.id, 100);
    await beQuiet(good.id);

    await shop.breakFor(broken.id, askAgain);

    expect(await shop.said(good.id)).toHaveLength(1);
  });

  it('When an order moved or was asked for a moment ago, then it is left in peace', async () => {
    const { id } = await shop.order('RESERVING');
    await shop.forgetSaid(id);

    await beQuiet(id, 19);
    await askAgain();
    expect(await shop.said(id)).toEqual([]);

    await beQuiet(id, 21);
    await askAgain();
    await askAgain();
    expect(await shop.said(id)).toHaveLength(1);
  });

  it('When a person must look at the payment, then it is asked for less often', async () => {
    const { id } = await shop.order('AUTHORIZING');
    await shop.service.database.rows(sql`UPDATE orders SET needs_review = true WHERE id = ${id}`);
    expect(await askedFor(id)).toEqual([]);

    await beQuiet(id, 601);
    await askAgain();
    expect(await shop.said(id)).toHaveLength(1);
  });

  it('When many orders are quiet, then those that waited longest are asked for, and no more than the limit', async () => {
    const ids = [await shop.order('RESERVING'), await shop.order('RESERVING'), await shop.order('RESERVING')].map(
      ({ id }) => id,
    );
    for (const [index, id] of ids.entries()) await beQuiet(id, 100 + index);
    const asked = async () => (await shop.service.said(ReserveStock)).slice(-4).map(({ orderId }) => orderId);
    const before = await asked();

    await askAgain();

    const [one, two, three] = ids;
    expect(await asked()).toEqual([...before, three, two].slice(-4));
    await askAgain();
    expect((await asked()).at(-1)).toBe(one);
  });

  it('When the state changes between the look and the lock, then the order is left in peace', async () => {
    const { id } = await shop.order('RESERVING');
    await beQuiet(id);
    const orders = shop.service.get(OrderRepository);
    const ids = await orders.quiet();
    expect(ids).toEqual([id]);
    jest.spyOn(orders, 'quiet').mockResolvedValueOnce(ids);

    await shop.service.receives(StockReserved, { orderId: id });
    await shop.forgetSaid(id);
    await askAgain();

    expect(await shop.said(id)).toEqual([]);
  });

  it('When somebody else is changing an order, then the others are asked for without waiting', async () => {
    const [busy, free] = [await shop.order('RESERVING'), await shop.order('RESERVING')];
    for (const { id } of [busy, free]) {
      await shop.forgetSaid(id);
      await beQuiet(id);
    }

    await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`SELECT 1 FROM orders WHERE id = ${busy.id} FOR UPDATE`);
      await askAgain();
    });

    expect(await shop.said(free.id)).toHaveLength(1);
    expect(await shop.said(busy.id)).toEqual([]);
  });

  it('When orders do not move for ten minutes, then a gauge tells how many', async () => {
    const [moving, stuck] = [await shop.order('RESERVING'), await shop.order('RESERVING')];
    await shop.service.database.rows(
      sql`UPDATE orders SET updated_at = now() - interval '11 minutes' WHERE id = ${stuck.id}`,
    );

    const unsettled = await shop.service.get(OrderRepository).unsettled();

    expect(unsettled).toEqual({ all: 2, stuck: 1 });
    expect(moving.id).not.toBe(stuck.id);
  });
});

import { sql } from '@towpath/database';
import { PaymentCaptured, PaymentRefunded, RefundPayment, StockCommitted } from '@towpath/messages';
import { Metrics } from '@towpath/metrics';

import type { OrderStatus } from '../src/orders/order.machine.ts';
import { type Customer, givenShop, paid } from './given-shop.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

describe('refunding an order', () => {
  const shop = givenShop();
  let admin: Customer;
  beforeAll(async () => (admin = await shop.customer(['admin'])));

  const saidOf = async (id: string) =>
    (await shop.service.said(RefundPayment)).filter(({ orderId }) => orderId === id).map(({ total }) => total);
  const auditOf = (id: string) =>
    shop.service.database.rows(sql`
      SELECT actor, action, subject, detail FROM audit_event WHERE subject = ${id} ORDER BY id`);

  it('When all of it is refunded, then payment is asked for all, and what it gives back is told', async () => {
    const { id, customer } = await shop.settledOrder();
    const before = await shop.read(id, customer);

    const reply = await shop.refund(id, {}, admin);

    const { timeline, ...order } = (await shop.read(id, customer)).body;
    expect(reply).toMatchObject({ status: 202, body: order });
    expect(order).toMatchObject({ status: 'COMPLETED', refunded: null, version: before.body.version + 1 });
    expect(timeline).toEqual([
      ...before.body.timeline,
      { status: 'COMPLETED', at: order.updatedAt, cause: 'refund asked' },
    ]);
    expect(await saidOf(id)).toEqual([eur(3998)]);
    expect(await shop.row(id)).toMatchObject({ refund_goal_minor: 3998, settled_at: null });
    expect(await auditOf(id)).toEqual([
      { actor: admin.id, action: 'order.refund-asked', subject: id, detail: { ...eur(3998), totalMinor: 3998 } },
    ]);

    await shop.service.receives(PaymentRefunded, { ...paid(id), refundedMinor: 3998 });
    expect((await shop.read(id, customer)).body).toEqual({ ...order, timeline, refunded: eur(3998) });
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When it is refunded in parts, then each asks for the total so far, and the order is settled by the last', async () => {
    const { id, customer } = await shop.settledOrder();

    const replies = [await shop.refund(id, { amountMinor: 1000 }, admin), await shop.refund(id, {}, admin)];

    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    expect(await saidOf(id)).toEqual([eur(1000), eur(3998)]);
    expect((await auditOf(id)).map((event) => (event as { detail: unknown }).detail)).toEqual([
      { ...eur(1000), totalMinor: 1000 },
      { ...eur(2998), totalMinor: 3998 },
    ]);

    await shop.service.receives(PaymentCaptured, { ...paid(id), refundedMinor: 1000 });
    expect((await shop.read(id, customer)).body.refunded).toEqual(eur(1000));
    expect(await shop.row(id)).toMatchObject({ settled_at: null });

    await shop.service.receives(PaymentRefunded, { ...paid(id), refundedMinor: 3998 });
    expect(await shop.row(id)).toMatchObject({ refunded_minor: 3998, settled_at: expect.any(Date) });
  });

  it('When the goods are not committed yet, then the refund waits for nobody, and both have to end', async () => {
    const { id } = await shop.order('COMPLETED');
    await shop.hearsItself(id);

    await shop.refund(id, {}, admin);
    expect(await saidOf(id)).toEqual([eur(3998)]);
    await shop.service.receives(PaymentRefunded, { ...paid(id), refundedMinor: 3998 });
    expect(await shop.row(id)).toMatchObject({ settled_at: null });

    await shop.service.receives(StockCommitted, { orderId: id });
    expect(await shop.row(id)).toMatchObject({ settled_at: expect.any(Date) });
  });

  it('When a person gave some back at the provider, then only the rest is left', async () => {
    const { id } = await shop.settledOrder();
    await shop.service.receives(PaymentCaptured, { ...paid(id), refundedMinor: 1000 });

    const tooMuch = await shop.refund(id, { amountMinor: 2999 }, admin);
    await shop.refund(id, { amountMinor: 2998 }, admin);

    expect(tooMuch).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
    expect(await saidOf(id)).toEqual([eur(3998)]);
  });

  it.each<OrderStatus>(['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'CANCELLED'])(
    'When an order is %s, then it cannot be refunded',
    async (status) => {
      const { id, customer } = await shop.order(status);
      if (status === 'CANCELLED') await shop.cancel(id, customer);
      const before = await shop.row(id);

      const reply = await shop.refund(id, {}, admin);

      expect(reply).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
      expect(await shop.row(id)).toEqual(before);
      expect(await auditOf(id)).toEqual([]);
    },
  );

  it('When more is asked for than is left, or nothing is left, then nothing changes', async () => {
    const { id } = await shop.settledOrder();
    await shop.refund(id, { amountMinor: 3000 }, admin);
    const before = await shop.row(id);

    const tooMuch = await shop.refund(id, { amountMinor: 999 }, admin);
    expect(tooMuch).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
    expect(await shop.row(id)).toEqual(before);

    await shop.refund(id, { amountMinor: 998 }, admin);
    for (const body of [{}, { amountMinor: 1 }]) {
      expect(await shop.refund(id, body, admin)).toMatchObject({
        status: 409,
        body: { type: '/problems/illegal-state' },
      });
    }
    expect(await saidOf(id)).toEqual([eur(3000), eur(3998)]);
  });

  it('When it is refunded, then it has not been completed once more', async () => {
    const { id } = await shop.settledOrder();
    const completed = async () =>
      (await shop.service.get(Metrics).registry.metrics()).split('\n').filter((line) => line.includes('COMPLETED'));
    const before = await completed();

    await shop.refund(id, {}, admin);

    expect(before).not.toEqual([]);
    expect(await completed()).toEqual(before);
  });

  it('When code would give back more than was paid, then the database refuses', async () => {
    const { id } = await shop.settledOrder();

    const tooMuch = shop.service.database.rows(sql`UPDATE orders SET refund_goal_minor = 3999 WHERE id = ${id}`);

    await expect(tooMuch).rejects.toThrow('refund_within_total');
  });

  it('When nobody can note who asked, then nothing is asked', async () => {
    const { id } = await shop.settledOrder();
    const before = await shop.row(id);

    const reply = await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`LOCK TABLE audit_event IN EXCLUSIVE MODE`);
      return shop.refund(id, {}, admin);
    });

    expect(reply).toMatchObject({ status: 503, body: { type: '/problems/overloaded' } });
    expect(await shop.row(id)).toEqual(before);
    expect(await saidOf(id)).toEqual([]);
  });
});

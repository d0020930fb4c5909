import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { PaymentDeclined, StockRejected } from '@towpath/messages';

import { NewOrderRepository } from '../src/orders/new-order.repository.ts';
import { type Customer, givenShop, paid } from './given-shop.ts';
import { manyOrders, planOf } from './many-orders.ts';

describe('a customer whose payments are declined', () => {
  const shop = givenShop();

  const decline = async (customer: Customer, times: number) => {
    for (let count = 0; count < times; count += 1) {
      const { id } = await shop.order('AUTHORIZING', customer);
      await shop.service.receives(PaymentDeclined, { ...paid(id), reason: 'generic_decline' });
    }
  };
  const order = async (customer: Customer, key?: string) =>
    shop.post(shop.checkout(await shop.product()), customer, key);

  it('When five were declined within the hour, then no more is taken in, and it is told for how long', async () => {
    const customer = await shop.customer();
    await decline(customer, 4);
    const fifth = await order(customer);
    await decline(customer, 1);

    const sixth = await order(customer);

    expect(fifth.status).toBe(201);
    expect(sixth).toMatchObject({ status: 429, body: { type: '/problems/rate-limited' } });
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(Number(sixth.headers['retry-after'])).toBeLessThanOrEqual(3_600);
    expect((await order(await shop.customer())).status).toBe(201);
  });

  it('When the hour is over, then the same request is taken in, for it had no answer yet', async () => {
    const customer = await shop.customer();
    await decline(customer, 5);
    const body = shop.checkout(await shop.product());
    const key = randomUUID();

    const early = await shop.post(body, customer, key);
    await shop.service.database.rows(sql`
      UPDATE orders SET updated_at = updated_at - interval '59 minutes' WHERE user_id = ${customer.id}`);
    const stillEarly = await shop.post(body, customer, key);
    await shop.service.database.rows(sql`
      UPDATE orders SET updated_at = updated_at - interval '1 minute' WHERE user_id = ${customer.id}`);
    const late = await shop.post(body, customer, key);

    expect([early.status, stillEarly.status, late.status]).toEqual([429, 429, 201]);
    expect(Number(stillEarly.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(late.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('When an order was taken in before, then its answer is replayed all the same', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();
    const first = await shop.post(body, customer, key);
    await decline(customer, 5);

    const again = await shop.post(body, customer, key);

    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
  });

  it('When orders end for another reason, then they do not count', async () => {
    const customer = await shop.customer();
    await decline(customer, 4);
    const cancelled = await shop.order('AUTHORIZING', customer);
    await shop.cancel(cancelled.id, customer);
    const outOfStock = await shop.order('RESERVING', customer);
    await shop.service.receives(StockRejected, { orderId: outOfStock.id });

    expect((await order(customer)).status).toBe(201);
  });

  it('When there are very many orders, then only the declined ones of the customer are looked at', async () => {
    await manyOrders(shop.service.database);
    const barredUntil = shop.service.get(NewOrderRepository)['barredUntil'](randomUUID());

    const plan = await planOf(shop.service.database, sql`SELECT ${barredUntil} AS until`);

    expect(plan.flatMap(([, index]) => index ?? [])).toEqual(['orders_declined']);
    expect(plan.map(([node]) => node)).not.toContain('Seq Scan');
  });
});

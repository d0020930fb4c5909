import { randomUUID } from 'node:crypto';

import { times } from '@towpath/money';
import { eventually } from '@towpath/testing';

import { runningShop } from './running-shop.ts';

jest.setTimeout(120_000);

const refunds = 100;
const eachMinor = 1_500;

describe('refunds of the running shop', () => {
  const shop = runningShop();

  /** Asks again, with the same key, while it is not known whether it was done. */
  async function untilAnswered(orderId: string) {
    const key = randomUUID();
    for (;;) {
      const answer = await shop.admin.refund(orderId, eachMinor, key);
      if (answer.status < 500 && answer.body.type !== '/problems/in-progress') return answer;
    }
  }

  it(`When an order is refunded in ${refunds} parts at once, then no more goes back than was captured`, async () => {
    const product = await shop.newProduct(100);
    const customer = await shop.newCustomer();
    const { body: order } = await customer.placeOrder(product.id, { lines: [{ productId: product.id, quantity: 50 }] });
    await eventually(() => customer.order(order.id)).toMatchObject({ status: 'COMPLETED' });

    const answers = await Promise.all(Array.from({ length: refunds }, () => untilAnswered(order.id)));

    const captured = order.total.amountMinor;
    const fitting = Math.floor(captured / eachMinor);
    const statuses = answers.map(({ status, body }) => (status === 202 ? '202' : `${status} ${body.type}`)).sort();
    expect(statuses).toEqual([
      ...Array<string>(fitting).fill('202'),
      ...Array<string>(refunds - fitting).fill('409 /problems/illegal-state'),
    ]);
    const refunded = times({ amountMinor: eachMinor, currency: 'EUR' }, fitting);
    await eventually(() => customer.order(order.id)).toMatchObject({ status: 'COMPLETED', refunded });
    await eventually(() => shop.provider.refundedOf(order.id)).toEqual(refunded);
    await eventually(() => shop.command('reconcile', '--grace-ms', '0')).toMatchObject({ code: 0 });
    console.info(`${refunds} refunds at once: ${fitting} accepted, ${refunded.amountMinor} of ${captured} went back.`);
  });

  it('When what is left is refunded, then all is, and nothing more can be', async () => {
    const product = await shop.newProduct(1);
    const customer = await shop.newCustomer();
    const { body: order } = await customer.placeOrder(product.id);
    await eventually(() => customer.order(order.id)).toMatchObject({ status: 'COMPLETED' });
    await shop.admin.refund(order.id, 1_000);

    const rest = await shop.admin.refund(order.id);
    const more = await shop.admin.refund(order.id, 1);

    expect([rest.status, more.status]).toEqual([202, 409]);
    await eventually(() => shop.provider.refundedOf(order.id)).toEqual({ amountMinor: 1_999, currency: 'EUR' });
  });
});

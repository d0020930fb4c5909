import { randomUUID } from 'node:crypto';

import { eventually } from '@towpath/testing';

import type { Customer } from './customer.ts';
import { runningShop } from './running-shop.ts';
import { orphansIn, pathTo } from './span-receiver.ts';

jest.setTimeout(60_000);

describe('a customer of the running shop', () => {
  const shop = runningShop();
  let customer: Customer;

  beforeEach(async () => {
    customer = await shop.newCustomer();
  });

  const statusesOf = async (id: string) => (await customer.order(id)).timeline.map(({ status }) => status);
  const paymentsOf = async (id: string) =>
    (await shop.provider.intentsOf(id)).map((intent) => ({ status: intent.status, received: intent.amount_received }));

  it('When a customer buys, then the order is completed, charged once and taken from stock', async () => {
    const product = await shop.newProduct(3);

    const placed = await customer.placeOrder(product.id, { lines: [{ productId: product.id, quantity: 2 }] });

    expect(placed).toMatchObject({
      status: 201,
      body: { status: 'PLACED', total: { amountMinor: 3998, currency: 'EUR' } },
    });
    expect(placed.headers.get('location')).toBe(`/v1/orders/${placed.body.id}`);
    await eventually(() => customer.order(placed.body.id)).toMatchObject({ status: 'COMPLETED', cancelReason: null });
    expect(await statusesOf(placed.body.id)).toEqual(['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED']);
    expect(await paymentsOf(placed.body.id)).toEqual([{ status: 'succeeded', received: 3998 }]);
    await eventually(() => customer.product(product.id)).toMatchObject({ available: 1 });
  });

  it('When the card is declined, then the order is cancelled and the stock is back', async () => {
    const product = await shop.newProduct(1);

    const { body } = await customer.placeOrder(product.id, { paymentMethod: 'pm_card_chargeDeclined' });

    await eventually(() => customer.order(body.id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'declined' });
    expect((await paymentsOf(body.id)).filter(({ received }) => received > 0)).toEqual([]);
    await eventually(() => customer.product(product.id)).toMatchObject({ available: 1 });
  });

  it('When two want the last item, then one gets it and the other is told that it is out of stock', async () => {
    const product = await shop.newProduct(1);
    const other = await shop.newCustomer();

    const placed = await Promise.all([customer, other].map((each) => each.placeOrder(product.id)));

    const ends = () =>
      Promise.all([customer, other].map((each, index) => each.order(placed[index]!.body.id))).then((orders) =>
        orders.map(({ status, cancelReason }) => `${status} ${cancelReason}`).sort(),
      );
    await eventually(ends).toEqual(['CANCELLED out_of_stock', 'COMPLETED null']);
    await eventually(() => customer.product(product.id)).toMatchObject({ available: 0 });
  });

  it('When a customer cancels before the money is taken, then nothing is taken and the stock is back', async () => {
    const product = await shop.newProduct(1);
    await shop.provider.delay('create', 1_000);
    const { body } = await customer.placeOrder(product.id);
    await eventually(() => customer.order(body.id)).toMatchObject({ status: 'AUTHORIZING' });

    const cancelled = await customer.cancel(body.id);

    expect(cancelled).toMatchObject({ status: 202, body: { status: 'CANCELLED', cancelReason: 'customer' } });
    await eventually(() => paymentsOf(body.id)).toEqual([{ status: 'canceled', received: 0 }]);
    await eventually(() => customer.product(product.id)).toMatchObject({ available: 1 });
    expect(await customer.cancel(body.id)).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
  });

  it('When an order is submitted again and again with one key, then it is one order with one charge', async () => {
    const product = await shop.newProduct(100);
    const submission = { key: randomUUID(), cartId: randomUUID() };

    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.placeOrder(product.id, submission)));
    const again = await customer.placeOrder(product.id, submission);

    const created = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status !== 201).map(({ status, body }) => `${status} ${body.type}`)).toEqual(
      Array(20 - created.length).fill('409 /problems/in-progress'),
    );
    expect(created.map(({ body }) => body)).toEqual(created.map(() => again.body));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await eventually(() => customer.order(again.body.id)).toMatchObject({ status: 'COMPLETED' });
    expect(await customer.orders()).toHaveLength(1);
    expect(await paymentsOf(again.body.id)).toEqual([{ status: 'succeeded', received: 1999 }]);
  });

  it('When one cart is submitted with many keys, then it is one order with one charge', async () => {
    const product = await shop.newProduct(100);
    const cartId = randomUUID();

    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.placeOrder(product.id, { cartId })));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
    const address = answers.find(({ status }) => status === 201)?.headers.get('location');
    expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(new Set([address]));
    const [order, ...more] = await customer.orders();
    expect(more).toEqual([]);
    await eventually(() => customer.order(order!.id)).toMatchObject({ status: 'COMPLETED' });
    expect(await paymentsOf(order!.id)).toEqual([{ status: 'succeeded', received: 1999 }]);
  });

  it('When an order is placed, then one trace leads from the request to its completion', async () => {
    const product = await shop.newProduct(1);

    const { body, headers } = await customer.placeOrder(product.id);

    const trace = () => shop.spans.ofTrace(headers.get('traceparent')?.split('-')[1]);
    await eventually(() => customer.order(body.id)).toMatchObject({ status: 'COMPLETED' });
    await eventually(() => pathTo('order-processor: process order.completed.v1', trace())).toEqual([
      'gateway: POST /v1/orders',
      'gateway: POST /v1/orders',
      'order-processor: POST /v1/orders',
      'order-processor: send order.placed.v1',
      'order-processor: process order.placed.v1',
      'order-processor: send stock.reserve.v1',
      'catalog: process stock.reserve.v1',
      'catalog: send stock.reserved.v1',
      'order-processor: process stock.reserved.v1',
      'order-processor: send payment.authorize.v1',
      'payment: process payment.authorize.v1',
      'payment: payment authorize',
      'payment: send payment.authorized.v1',
      'order-processor: process payment.authorized.v1',
      'order-processor: send payment.capture.v1',
      'payment: process payment.capture.v1',
      'payment: payment capture',
      'payment: send payment.captured.v1',
      'order-processor: process payment.captured.v1',
      'order-processor: send order.completed.v1',
      'order-processor: process order.completed.v1',
    ]);
    expect(pathTo('payment: payment-provider capture', trace()).at(-2)).toBe('payment: payment capture');
    await eventually(() => orphansIn(trace())).toEqual(['gateway: POST /v1/orders']);
  });

  it('When all orders are settled, then the provider took what the completed ones cost and nothing else', async () => {
    const all = () => Promise.all(shop.customers.map((each) => each.orders())).then((orders) => orders.flat());
    const unsettled = async () => (await all()).filter(({ status }) => !['COMPLETED', 'CANCELLED'].includes(status));

    await eventually(unsettled).toEqual([]);

    const owed = (await all()).filter(({ status }) => status === 'COMPLETED');
    const taken = (await shop.provider.intents()).filter((intent) => intent.amount_received > 0);
    expect(
      taken.map((intent) => `${intent.metadata['order_id']} ${intent.amount_received} ${intent.currency}`).sort(),
    ).toEqual(owed.map(({ id, total }) => `${id} ${total.amountMinor} ${total.currency.toLowerCase()}`).sort());
    expect(owed.length).toBeGreaterThan(0);
    await eventually(async () =>
      (await shop.provider.intents()).filter(({ status }) => status === 'requires_capture'),
    ).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { OrderPlaced } from '@towpath/messages';

import { IdempotencyKeyRepository } from '../src/idempotency/idempotency-key.repository.ts';
import { fingerprintOf } from '../src/idempotency/idempotency-key.ts';
import { OncePerKey } from '../src/idempotency/once-per-key.ts';
import { givenShop } from './given-shop.ts';

const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('placing an order', () => {
  const shop = givenShop();

  const ordersOf = async (customerId: string) => {
    const rows = await shop.service.database.rows<{ id: string }>(
      sql`SELECT id FROM orders WHERE user_id = ${customerId}`,
    );
    return rows.map(({ id }) => id);
  };

  it('When a cart is checked out, then the order is stored, said and answered', async () => {
    const customer = await shop.customer();
    const [rope, hook] = [await shop.product(), await shop.product({ amountMinor: 1, currency: 'EUR' })];
    const body = shop.checkout(rope, hook);

    const reply = await shop.post(body, customer);

    expect(reply).toMatchObject({ status: 201, headers: { location: `/v1/orders/${reply.body.id}` } });
    expect(reply.headers).not.toHaveProperty('idempotency-replayed');
    expect(reply.body).toEqual({
      id: expect.any(String),
      status: 'PLACED',
      total: { amountMinor: 4000, currency: 'EUR' },
      lines: [
        { productId: rope, quantity: 2, unitPrice: { amountMinor: 1999, currency: 'EUR' } },
        { productId: hook, quantity: 2, unitPrice: { amountMinor: 1, currency: 'EUR' } },
      ],
      cancelReason: null,
      refunded: null,
      createdAt: aTime,
      updatedAt: reply.body.createdAt,
      version: 1,
    });
    const read = await shop.read(reply.body.id, customer);
    expect(read.body).toEqual({
      ...reply.body,
      timeline: [{ status: 'PLACED', at: reply.body.createdAt, cause: 'checkout' }],
    });
    expect(await shop.service.said(OrderPlaced)).toContainEqual({
      orderId: reply.body.id,
      customerId: customer.id,
      lines: body.lines,
      total: { amountMinor: 4000, currency: 'EUR' },
    });
    expect(await shop.said(reply.body.id)).toEqual([{ type: 'order.placed.v1', version: 1, snapshot: false }]);
  });

  it('When a request is sent again, then its first answer is replayed and nothing is placed', async () => {
    const customer = await shop.customer();
    const { cartId, lines, paymentMethod } = shop.checkout(await shop.product());
    const key = randomUUID();

    const first = await shop.post({ cartId, lines, paymentMethod }, customer, key);
    const again = await shop.post({ paymentMethod, lines, cartId }, customer, `"${key}"`);

    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers).toMatchObject({ location: first.headers['location'], 'idempotency-replayed': 'true' });
    expect(await ordersOf(customer.id)).toEqual([first.body.id]);
  });

  it('When a key comes with another body, then it is refused', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();

    const first = await shop.post(body, customer, key);
    const other = await shop.post({ ...body, cartId: randomUUID() }, customer, key);

    expect(other).toMatchObject({ status: 422, body: { type: '/problems/key-reused' } });
    expect(await ordersOf(customer.id)).toEqual([first.body.id]);
  });

  it('When two customers use the same key, then each places an order', async () => {
    const [one, two] = [await shop.customer(), await shop.customer()];
    const body = shop.checkout(await shop.product());
    const key = randomUUID();

    const replies = [await shop.post(body, one, key), await shop.post(body, two, key)];

    expect(replies.map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
      [201, undefined],
      [201, undefined],
    ]);
    expect(replies[0]!.body.id).not.toBe(replies[1]!.body.id);
  });

  it('When the same request is being worked on, then the second is told to wait', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: claimed, resolve: claim } = Promise.withResolvers<void>();
    const work = shop.service.get(OncePerKey).answer(
      { subject: customer.id, operation: 'placeOrder', key, fingerprint: fingerprintOf(body) },
      {
        first: async () => {
          claim();
          await held;
          return { status: 201, headers: {}, body: {} };
        },
        lost: () => Promise.reject(new Error('is never asked')),
      },
    );

    await claimed;
    const meanwhile = await shop.post(body, customer, key);
    release();
    await work;
    const afterwards = await shop.post(body, customer, key);

    expect(meanwhile).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: '/problems/in-progress' },
    });
    expect(afterwards.status).toBe(201);
  });

  it('When products are not known, then each is named, and the same key gets the same answer', async () => {
    const customer = await shop.customer();
    const [known, unknown] = [await shop.product(), randomUUID()];
    const body = shop.checkout(known, unknown);
    const key = randomUUID();

    const replies = [await shop.post(body, customer, key), await shop.post(body, customer, key)];

    for (const reply of replies) {
      expect(reply).toMatchObject({
        status: 422,
        headers: { 'content-type': expect.stringContaining('application/problem+json') },
        body: {
          type: '/problems/unknown-product',
          errors: [{ pointer: '/lines/1/productId', detail: 'is not sold here' }],
        },
      });
    }
    expect(replies.map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(await ordersOf(customer.id)).toEqual([]);
  });

  it.each([
    [
      'in two currencies',
      [
        { amountMinor: 1, currency: 'EUR' },
        { amountMinor: 1, currency: 'CHF' },
      ],
    ],
    ['too dear for one charge', [{ amountMinor: 50_000_000, currency: 'EUR' }]],
    ['worth nothing', [{ amountMinor: 0, currency: 'EUR' }]],
  ])('When a cart is %s, then it is refused', async (_, prices) => {
    const customer = await shop.customer();
    const products = await Promise.all(prices.map((price) => shop.product(price)));

    const reply = await shop.post(shop.checkout(...products), customer);

    expect(reply).toMatchObject({ status: 422, body: { type: '/problems/not-payable' } });
    expect(await ordersOf(customer.id)).toEqual([]);
  });

  it('When a cart is checked out under another key, then the order that it became is named, again and again', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();
    const first = await shop.post(body, customer);

    const replies = [await shop.post(body, customer, key), await shop.post(body, customer, key)];

    for (const reply of replies) {
      expect(reply).toMatchObject({
        status: 409,
        headers: { location: first.headers['location'] },
        body: { type: '/problems/already-checked-out' },
      });
    }
    expect(replies.map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(await ordersOf(customer.id)).toEqual([first.body.id]);
    expect(await shop.said(first.body.id)).toHaveLength(1);
  });

  it('When a key has expired, then it is a new one, but the cart is still an order', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();
    const first = await shop.post(body, customer, key);
    await shop.service.database.rows(sql`UPDATE idempotency_key SET expires_at = now() WHERE key = ${key}`);

    const again = await shop.post(body, customer, key);
    const other = await shop.post({ ...body, cartId: randomUUID() }, customer, key);

    expect(again).toMatchObject({ status: 409, headers: { location: first.headers['location'] } });
    expect(other.body.type).toBe('/problems/key-reused');
  });

  it('When keys have expired, then they are forgotten and the others kept', async () => {
    const customer = await shop.customer();
    const [old, young] = [randomUUID(), randomUUID()];
    await shop.post(shop.checkout(await shop.product()), customer, old);
    await shop.post(shop.checkout(await shop.product()), customer, young);
    await shop.service.database.rows(sql`UPDATE idempotency_key SET expires_at = now() WHERE key = ${old}`);

    await shop.service.get(IdempotencyKeyRepository).forgetExpired();

    const kept = await shop.service.database.rows(sql`
      SELECT key, extract(day FROM expires_at - created_at)::int AS days FROM idempotency_key WHERE subject = ${customer.id}`);
    expect(kept).toEqual([{ key: young, days: 7 }]);
  });
});

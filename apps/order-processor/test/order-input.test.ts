import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';

import { givenShop } from './given-shop.ts';

const cartId = '01890000-0000-7000-8000-000000000001';
const productId = '01890000-0000-7000-8000-000000000002';
const good = { cartId, lines: [{ productId, quantity: 1 }], paymentMethod: 'pm_card_visa' };
const ofQuantity = (quantity: unknown) => ({ ...good, lines: [{ productId, quantity }] });

describe('what clients send about orders', () => {
  const shop = givenShop();

  const stored = () =>
    shop.service.database.one(sql`
      SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM idempotency_key) AS keys,
             (SELECT count(*) FROM outbox) AS messages`);

  it.each(
    Object.entries({
      'nothing but braces': {},
      null: null,
      'a list': [good],
      'a text': 'order',
      'an unknown field': { ...good, coupon: 'FREE' },
      'an id of their own': { ...good, id: randomUUID() },
      'a status': { ...good, status: 'COMPLETED' },
      'a total': { ...good, total: { amountMinor: 1, currency: 'EUR' } },
      "another's id": { ...good, userId: randomUUID() },
      'an own __proto__': JSON.parse(`{"__proto__":${JSON.stringify(good)}}`),
      'a price in a line': {
        ...good,
        lines: [{ productId, quantity: 1, unitPrice: { amountMinor: 1, currency: 'EUR' } }],
      },
      'no line': { ...good, lines: [] },
      'no lines': { ...good, lines: null },
      'an object for lines': { ...good, lines: { 0: { productId, quantity: 1 } } },
      'fifty-one lines': {
        ...good,
        lines: Array.from({ length: 51 }, () => ({ productId: randomUUID(), quantity: 1 })),
      },
      'a product twice': {
        ...good,
        lines: [
          { productId, quantity: 1 },
          { productId, quantity: 2 },
        ],
      },
      'a product twice, in capitals': {
        ...good,
        lines: [
          { productId: cartId, quantity: 1 },
          { productId: cartId.toUpperCase(), quantity: 2 },
        ],
      },
      'a quantity of 0': ofQuantity(0),
      'a negative quantity': ofQuantity(-1),
      'half a piece': ofQuantity(0.5),
      'a quantity as text': ofQuantity('1'),
      'a hundred and one pieces': ofQuantity(101),
      'a billion pieces': ofQuantity(1e9),
      'more pieces than integers': ofQuantity(2 ** 53 + 2),
      'no quantity': ofQuantity(null),
      'no UUID for a cart': { ...good, cartId: '36-characters-that-are-no-uuid-at-all' },
      'SQL for a cart': { ...good, cartId: "'; DROP TABLE orders; --" },
      'a path for a product': { ...good, lines: [{ productId: '../../etc/passwd', quantity: 1 }] },
      'an endless cart': { ...good, cartId: 'x'.repeat(8_192) },
      'no payment method': { ...good, paymentMethod: '' },
      'a card number': { ...good, paymentMethod: '4242424242424242' },
      'an object for a payment method': { ...good, paymentMethod: { $ne: null } },
    }),
  )('When an order has %s, then it is refused and nothing is stored', async (_, body) => {
    const before = await stored();

    const reply = await shop.post(body, await shop.customer());

    expect(reply).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(reply.body.type).toMatch(/^\/problems\/(invalid-request|unknown-field)$/);
    expect(await stored()).toEqual(before);
  });

  it.each(
    Object.entries({
      'not there': undefined,
      empty: '',
      'too short': 'x'.repeat(15),
      'too long': 'x'.repeat(129),
      'too short without its quotes': `"${'x'.repeat(15)}"`,
      'two words': 'one-half and-the-other-half',
      'no ASCII': 'ключ-ключ-ключ-ключ',
    }),
  )('When the idempotency key is %s, then the request is refused and nothing is stored', async (_, key) => {
    const { token } = await shop.customer();
    const before = await stored();

    const headers: Record<string, string> =
      key === undefined ? {} : { 'idempotency-key': Buffer.from(key).toString('latin1') };
    const reply = await shop.service.http.post('/v1/orders', good, { token, headers });

    expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
    expect(await stored()).toEqual(before);
  });

  it.each(
    Object.entries({
      'a number': '1',
      'a path': '..%2f..',
      NUL: '%00',
      SQL: "'%20OR%20true",
      'a template': '{{7*7}}',
      'almost a UUID': '01890000-0000-7000-8000-00000000000g',
      endless: 'x'.repeat(7_000),
    }),
  )('When the id is %s, then it is refused, whatever is asked for', async (_, id) => {
    const customer = await shop.customer();

    for (const reply of [await shop.read(id, customer), await shop.cancel(id, customer)])
      expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
  });

  it.each([null, [], 'cancel', { reason: 'because' }])(
    'When a cancellation says %j, then it is refused',
    async (body) => {
      const { id, customer } = await shop.order('PLACED');

      const reply = await shop.service.http.post(`/v1/orders/${id}/cancel`, body, { token: customer.token });

      expect(reply.status).toBe(400);
      expect(await shop.row(id)).toMatchObject({ status: 'PLACED' });
    },
  );

  it.each([
    ['limit=0', 'invalid-request'],
    ['limit=-1', 'invalid-request'],
    ['limit=101', 'invalid-request'],
    ['limit=1e9', 'invalid-request'],
    ['limit=2&limit=3', 'invalid-request'],
    ['limit[]=2', 'unknown-field'],
    ['cursor=garbage', 'invalid-request'],
    ['cursor=%00', 'invalid-request'],
    [`userId=${cartId}`, 'unknown-field'],
  ])('When the list is asked for with %s, then that is refused', async (query, code) => {
    const { token } = await shop.customer();

    const reply = await shop.service.http.get(`/v1/orders?${query}`, { token });

    expect(reply).toMatchObject({ status: 400, body: { type: `/problems/${code}` } });
  });

  it('When nobody is logged in, then nothing can be asked for', async () => {
    const nobody = { id: '', token: '' };
    const { id } = await shop.order('PLACED');

    const replies = [
      await shop.post(good, nobody),
      await shop.read(id, nobody),
      await shop.cancel(id, nobody),
      await shop.service.http.get('/v1/orders'),
    ];

    for (const reply of replies)
      expect(reply).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } });
  });
});

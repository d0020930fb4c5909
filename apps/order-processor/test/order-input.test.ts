import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';

import { givenShop } from './given-shop.ts';

const cartId = '01890000-0000-7000-8000-00000000000a';
const productId = '01890000-0000-7000-8000-00000000000b';
const line = { productId, quantity: 1 };
const good = { cartId, lines: [line], paymentMethod: 'pm_card_visa' };

/** What only orders know to be wrong; bad-input.test.ts has what is wrong everywhere. */
describe('what clients send about orders', () => {
  const shop = givenShop();

  const stored = () =>
    shop.service.database.one(sql`
      SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM idempotency_key) AS keys,
             (SELECT count(*) FROM outbox) AS messages`);

  it.each(
    Object.entries({
      'an id of their own': { ...good, id: randomUUID() },
      'a status': { ...good, status: 'COMPLETED' },
      'a total': { ...good, total: { amountMinor: 1, currency: 'EUR' } },
      "another's id": { ...good, userId: randomUUID() },
      'a price in a line': { ...good, lines: [{ ...line, unitPrice: { amountMinor: 1, currency: 'EUR' } }] },
      'no line': { ...good, lines: [] },
      'fifty-one lines': { ...good, lines: Array.from({ length: 51 }, () => ({ ...line, productId: randomUUID() })) },
      'a product twice': { ...good, lines: [line, line] },
      'a product twice, once in capitals': { ...good, lines: [line, { ...line, productId: productId.toUpperCase() }] },
      'a quantity of 0': { ...good, lines: [{ ...line, quantity: 0 }] },
      'a hundred and one pieces': { ...good, lines: [{ ...line, quantity: 101 }] },
      'a card number': { ...good, paymentMethod: '4242424242424242' },
    }),
  )('When an order has %s, then it is refused and nothing is stored', async (_, body) => {
    const before = await stored();

    const reply = await shop.post(body, await shop.customer());

    expect(reply).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(reply.body.type).toMatch(/^\/problems\/(invalid-request|unknown-field)$/);
    expect(await stored()).toEqual(before);
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
    expect(await shop.row(id)).toMatchObject({ status: 'PLACED' });
  });
});

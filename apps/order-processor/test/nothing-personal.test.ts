import { randomUUID } from 'node:crypto';

import { Sql, sql } from '@towpath/database';
import { PaymentDeclined } from '@towpath/messages';

import { Following } from './following.ts';
import { givenShop, paid } from './given-shop.ts';

/** Wherever a client can say something, it says this. */
const canary = 'canary-4711';
const sent = {
  'user-agent': canary,
  'x-forwarded-for': '203.0.113.77',
  'x-real-ip': '203.0.113.77',
  cookie: `session=${canary}`,
  referer: `https://example.org/${canary}`,
  from: `${canary}@example.org`,
  baggage: `user=${canary}`,
};

describe('nothing personal', () => {
  const shop = givenShop();

  it('When a customer did all that can be done, then no table knows more of them than their id', async () => {
    const customer = await shop.customer();
    const admin = await shop.customer(['admin']);
    const ask = (method: string, path: string, body?: object, { token } = customer) =>
      fetch(`${shop.service.url}${path}`, {
        method,
        headers: {
          ...sent,
          authorization: `Bearer ${token}`,
          'idempotency-key': randomUUID(),
          ...(body && { 'content-type': 'application/json' }),
        },
        body: body && JSON.stringify(body),
      });

    const [completed, cancelled, declined] = [
      await shop.settledOrder(customer),
      await shop.order('RESERVING', customer),
      await shop.order('AUTHORIZING', customer),
    ];
    const answers = [
      await ask('POST', '/v1/orders', shop.checkout(await shop.product())),
      await ask('POST', '/v1/orders', shop.checkout(randomUUID())),
      await ask('POST', '/v1/orders', { ...shop.checkout(randomUUID()), name: canary }),
      await ask('GET', `/v1/orders?cursor=${canary}`),
      await ask('GET', '/v1/orders'),
      await ask('GET', `/v1/orders/${completed.id}`),
      await ask('POST', `/v1/orders/${cancelled.id}/cancel`, {}),
      await ask('POST', `/v1/orders/${completed.id}/refund`, {}, admin),
    ];
    await shop.service.receives(PaymentDeclined, { ...paid(declined.id), reason: 'expired_card' });
    const following = await Following.start(shop, completed.id, customer);
    await shop.service.eventually(() => following.hasEnded).toBe(true);

    expect(answers.map(({ status }) => status)).toEqual([201, 422, 400, 400, 200, 200, 202, 202]);
    const stored = await everythingStored();
    expect(stored).toContain(customer.id);
    for (const each of [canary, '203.0.113.77', customer.token, admin.token, customer.token.split('.')[1]!])
      expect(stored).not.toContain(each);
  });

  it('When a table of orders gets a column, then somebody has to say whether it is about a person', async () => {
    const columns = await shop.service.database.rows(sql`
      SELECT table_name AS "table", string_agg(column_name, ' ' ORDER BY ordinal_position) AS columns
      FROM information_schema.columns
      WHERE table_name IN ('orders', 'order_line', 'order_timeline', 'product_price')
        AND data_type NOT IN ('integer', 'bigint', 'boolean', 'timestamp with time zone') GROUP BY table_name ORDER BY table_name`);

    // A payment method is a token of the provider, which alone knows whose it is.
    expect(columns).toEqual([
      { table: 'order_line', columns: 'order_id product_id' },
      { table: 'order_timeline', columns: 'order_id status cause' },
      {
        table: 'orders',
        columns:
          'id user_id cart_id currency payment_method status cancel_reason stock_goal stock_seen payment_goal payment_seen',
      },
      { table: 'product_price', columns: 'product_id currency' },
    ]);
  });

  async function everythingStored(): Promise<string> {
    const tables = await shop.service.database.rows<{ name: string }>(sql`
      SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`);
    expect(tables.length).toBeGreaterThan(10);
    const texts = await Promise.all(
      tables.map(async ({ name }) => {
        const rows = await shop.service.database.rows<{ text: string }>(
          new Sql([`SELECT each::text AS text FROM ${name} AS each`], []),
        );
        return rows.map(({ text }) => text).join('\n');
      }),
    );
    return texts.join('\n');
  }
});

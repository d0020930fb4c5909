import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { RefundPayment } from '@towpath/messages';

import { type Customer, givenShop } from './given-shop.ts';

describe('refunding an order while others do', () => {
  // How long a busy machine lets them wait for each other says nothing about the code.
  const shop = givenShop({ DATABASE_LOCK_MS: '20000', DATABASE_STATEMENT_MS: '20000', DATABASE_CONNECT_MS: '20000' });
  let admin: Customer;
  beforeAll(async () => (admin = await shop.customer(['admin'])));

  const totalsOf = async (id: string) =>
    (await shop.service.said(RefundPayment))
      .filter(({ orderId }) => orderId === id)
      .map(({ total }) => total.amountMinor);

  it('When a hundred parts are refunded at once, then each is decided, and together they are no more than was paid', async () => {
    const { id } = await shop.settledOrder();

    const replies = await Promise.all(Array.from({ length: 100 }, () => shop.refund(id, { amountMinor: 70 }, admin)));

    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([...Array<number>(57).fill(202), ...Array<number>(43).fill(409)]);
    expect(await totalsOf(id)).toEqual(Array.from({ length: 57 }, (_, index) => 70 * (index + 1)));
    expect(await shop.row(id)).toMatchObject({ refund_goal_minor: 3990, version: 62 });
    expect(await shop.service.database.rows(sql`SELECT FROM audit_event WHERE subject = ${id}`)).toHaveLength(57);
  }, 30_000);

  it('When fifty requests share a key, then it is refunded once and all get the same answer', async () => {
    const { id } = await shop.settledOrder();
    const key = randomUUID();
    const insist = async () => {
      for (;;) {
        const reply = await shop.refund(id, { amountMinor: 70 }, admin, key);
        if (reply.body.type !== '/problems/in-progress') return reply;
      }
    };

    const replies = await Promise.all(Array.from({ length: 50 }, insist));

    for (const { status, body } of replies) expect({ status, body }).toEqual({ status: 202, body: replies[0]?.body });
    expect(replies.filter(({ headers }) => !headers['idempotency-replayed'])).toHaveLength(1);
    expect(await totalsOf(id)).toEqual([70]);
  }, 30_000);
});

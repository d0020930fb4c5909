import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import type { HttpReply } from '@towpath/testing';

import { type Customer, givenShop } from './given-shop.ts';

const undecided = new Set(['/problems/in-progress', '/problems/overloaded']);

describe('placing orders while others do, and while things break', () => {
  const shop = givenShop();

  /** As clients do: what was not decided is asked again. */
  async function insist(body: unknown, customer: Customer, key: string): Promise<HttpReply> {
    for (;;) {
      const reply = await shop.post(body, customer, key);
      if (!undecided.has(reply.body.type)) return reply;
    }
  }

  const countsOf = async (customerId: string) =>
    shop.service.database.one(sql`
      SELECT count(*)::int AS orders, (SELECT count(*)::int FROM idempotency_key WHERE subject = ${customerId}) AS keys,
             (SELECT count(*)::int FROM outbox WHERE payload ->> 'customerId' = ${customerId}) AS messages
      FROM orders WHERE user_id = ${customerId}`);

  it('When fifty requests share a key, then there is one order and all get the same answer', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();

    const replies = await Promise.all(Array.from({ length: 50 }, () => insist(body, customer, key)));

    const [first] = replies;
    expect(first?.status).toBe(201);
    for (const reply of replies) expect(reply).toMatchObject({ status: 201, body: first?.body });
    expect(replies.filter(({ headers }) => !headers['idempotency-replayed'])).toHaveLength(1);
    expect(await countsOf(customer.id)).toEqual({ orders: 1, keys: 1, messages: 1 });
  });

  it('When fifty keys are used for one cart, then there is one order and the others are told of it', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());

    const replies = await Promise.all(Array.from({ length: 50 }, () => insist(body, customer, randomUUID())));

    const [placed, ...others] = replies.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    const refused = replies.filter((reply) => reply !== placed);
    for (const reply of refused) {
      expect(reply).toMatchObject({ status: 409, headers: { location: placed?.headers['location'] } });
    }
    expect(await countsOf(customer.id)).toEqual({ orders: 1, keys: 50, messages: 1 });
  });

  it('When the connection is lost before the commit, then nothing is stored and the same key places the order', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());
    const key = randomUUID();

    const [cut] = await Promise.all([shop.post(body, customer, key), cutTheNextOneThatWrites()]);
    expect(cut).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { type: '/problems/overloaded' },
    });
    expect(await countsOf(customer.id)).toEqual({ orders: 0, keys: 0, messages: 0 });

    const retried = await shop.post(body, customer, key);
    expect(retried.status).toBe(201);
    expect(await countsOf(customer.id)).toEqual({ orders: 1, keys: 1, messages: 1 });
  });

  it('When the table is locked for too long, then the client is told to come back', async () => {
    const customer = await shop.customer();
    const body = shop.checkout(await shop.product());

    const reply = await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`LOCK TABLE orders IN EXCLUSIVE MODE`);
      return shop.post(body, customer);
    });

    expect(reply).toMatchObject({ status: 503, body: { type: '/problems/overloaded' } });
    expect(await countsOf(customer.id)).toEqual({ orders: 0, keys: 0, messages: 0 });
  });

  /** Makes the write of a checkout wait, and cuts its connection there. */
  function cutTheNextOneThatWrites(): Promise<void> {
    return shop.service.database.transaction(async (tx) => {
      await tx.run(sql`LOCK TABLE order_timeline IN EXCLUSIVE MODE`);
      await shop.service
        .eventually(() =>
          shop.service.database.rows(sql`
            SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO orders%'`),
        )
        .toEqual([{ cut: true }]);
    });
  }
});

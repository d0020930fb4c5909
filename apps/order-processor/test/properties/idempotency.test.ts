import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { holds, type HttpReply } from '@towpath/testing';
import fc from 'fast-check';

import { type Customer, givenShop } from '../given-shop.ts';

jest.setTimeout(180_000);

/** Who asks under which of their keys for which of their carts, and what is in it. */
interface Asked {
  readonly user: number;
  readonly key: number;
  readonly cart: number;
  readonly goods: number;
}

interface Answered extends Asked {
  readonly reply: HttpReply;
}

const undecided = new Set(['/problems/in-progress', '/problems/overloaded']);

// Few of each, so that most requests meet another one.
const asked = fc.record({ user: fc.nat(1), key: fc.nat(2), cart: fc.nat(2), goods: fc.nat(1) });
/** What is in one list is asked at once; one list after the other. */
const crowds = fc.array(fc.array(asked, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });

describe('idempotency, whoever asks what under which key', () => {
  const shop = givenShop();
  const met = new Set<string>();

  it('When requests of any user, key, cart and body come at once and one after another, then each key has one answer and each cart one order', async () => {
    const products = await Promise.all([shop.product(), shop.product()]);

    await holds(
      fc.asyncProperty(crowds, async (lists) => {
        const world = await newWorld(products);
        const answered: Answered[] = [];
        for (const list of lists) {
          answered.push(...(await Promise.all(list.map(async (each) => ({ ...each, reply: await world.ask(each) })))));
        }

        for (const ofKey of groups(answered, ({ user, key }) => `${user}-${key}`)) expectOneAnswer(ofKey);
        for (const ofCart of groups(answered, ({ user, cart }) => `${user}-${cart}`)) expectOneOrder(ofCart);
        await world.expectStored(answered);
      }),
      { runs: 100 },
    );

    // A property that never meets what it is about proves nothing.
    expect([...met].sort()).toEqual(['201', '201 replayed', '409', '409 replayed', '422']);
  });

  function expectOneAnswer(ofKey: readonly Answered[]): void {
    const reused = ofKey.filter(({ reply }) => reply.body.type === '/problems/key-reused');
    const taken = ofKey.filter((each) => !reused.includes(each));
    for (const { reply } of ofKey) met.add(`${reply.status}${isReplay(reply) ? ' replayed' : ''}`);
    // The first body is the one of the key; whoever says another one learns that, and nothing else.
    expect(new Set(taken.map(({ cart, goods }) => `${cart}-${goods}`)).size).toBe(1);
    expect(new Set(taken.map(({ reply }) => JSON.stringify([reply.status, contentOf(reply)]))).size).toBe(1);
    expect(taken.filter(({ reply }) => !isReplay(reply))).toHaveLength(1);
    const [first] = taken;
    for (const { cart, goods, reply } of reused) {
      expect(reply.status).toBe(422);
      expect([cart, goods]).not.toEqual([first?.cart, first?.goods]);
    }
  }

  function expectOneOrder(ofCart: readonly Answered[]): void {
    const placed = ofCart.filter(({ reply }) => reply.status === 201);
    const ids = new Set(placed.map(({ reply }) => reply.body.id));
    expect(ids.size).toBeLessThanOrEqual(1);
    const [id] = ids;
    for (const { reply } of ofCart.filter(({ reply: { status } }) => status === 409)) {
      expect(reply.headers['location']).toBe(`/v1/orders/${id}`);
    }
  }

  async function newWorld(products: readonly string[]) {
    const customers = await Promise.all([shop.customer(), shop.customer()]);
    // The same words for every user: a key is its user's own.
    const keys = Array.from({ length: 3 }, () => randomUUID());
    const carts = Array.from({ length: 3 }, () => randomUUID());
    const bodyOf = ({ cart, goods }: Asked) => ({ ...shop.checkout(products[goods] as string), cartId: carts[cart] });
    return {
      ask: (each: Asked) => insist(bodyOf(each), customers[each.user] as Customer, keys[each.key] as string),
      expectStored: (answered: readonly Answered[]) => expectStored(customers, answered),
    };
  }

  /** What is stored is what was answered: an order and a message for each 201, and a row for each key. */
  async function expectStored(customers: readonly Customer[], answered: readonly Answered[]): Promise<void> {
    const users = customers.map(({ id }) => id);
    const stored = await shop.service.database.one(sql`
      SELECT (SELECT count(*)::int FROM idempotency_key WHERE subject = ANY(${users})) AS keys,
             (SELECT count(*)::int FROM outbox WHERE payload ->> 'customerId' = ANY(${users})) AS messages,
             (SELECT coalesce(array_agg(id::text ORDER BY id), '{}') FROM orders WHERE user_id = ANY(${users})) AS orders`);
    const placed = answered.filter(({ reply }) => reply.status === 201).map(({ reply }) => reply.body.id as string);
    const orders = [...new Set(placed)].sort();
    const keys = groups(answered, ({ user, key }) => `${user}-${key}`).length;
    expect(stored).toEqual({ keys, messages: orders.length, orders });
  }

  /** As clients do: what was not decided is asked again. */
  async function insist(body: unknown, customer: Customer, key: string): Promise<HttpReply> {
    for (;;) {
      const reply = await shop.post(body, customer, key);
      if (!undecided.has(reply.body.type)) return reply;
    }
  }
});

const isReplay = ({ headers }: HttpReply): boolean => headers['idempotency-replayed'] === 'true';

/** Of a problem, all but the name of its occurrence. */
function contentOf({ body }: HttpReply): object {
  const { traceId: _trace, instance: _instance, ...content } = body;
  return content;
}

const groups = <T>(values: readonly T[], by: (value: T) => string): T[][] =>
  Object.values(Object.groupBy(values, by)).map((group) => group as T[]);

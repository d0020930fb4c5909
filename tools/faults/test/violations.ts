import { randomUUID } from 'node:crypto';

import type { Expected, InvariantName } from '../src/checker/check.ts';
import type { ToldOrder, ToldShop } from './told-shop.ts';

export interface Orders {
  readonly paid: ToldOrder;
  readonly declined: ToldOrder;
}

/** What is spoilt, and what the example must name. */
export interface Violation {
  readonly when: string;
  readonly invariant: InvariantName;
  readonly spoil: (shop: ToldShop, orders: Orders) => unknown;
  readonly seen: RegExp;
  readonly expected?: Expected;
  /** Takes constraints away, so that nobody else may have the databases. */
  readonly alone?: true;
}

export const violations: readonly Violation[] = [
  {
    when: 'an order that a customer was told of is not there',
    invariant: 'I1',
    spoil: (shop, { paid }) => shop.attempt({ ...paid, id: randomUUID(), cart: randomUUID() }),
    seen: /does not exist, of which was told by checkout/,
  },
  {
    when: 'a cart became two orders',
    invariant: 'I2',
    spoil: async (shop, { paid }) => {
      await shop.sql('order-processor', 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_cart_id_key');
      const { customer, cart } = paid;
      const twin = { customer, cart, id: randomUUID(), charge: 'pi_twin' };
      // Nobody is told of it: what customers were told is the other way to notice.
      jest.spyOn(shop, 'attempt').mockReturnValue();
      await shop.completed(twin);
    },
    alone: true,
    seen: /became the orders/,
  },
  {
    when: 'customers were told of two orders for one cart',
    invariant: 'I2',
    spoil: async (shop, { paid }) => {
      const other = await shop.completed({ customer: paid.customer });
      shop.attempt({ ...other, cart: paid.cart }, { key: 'another-key-entirely', checkout: undefined });
    },
    seen: /customers were told of/,
  },
  {
    when: 'one key has two answers',
    invariant: 'I3',
    spoil: (shop, { paid }) => shop.attempt(paid, { answer: 'another' }),
    seen: /2 different answers to/,
  },
  {
    when: 'the provider held the money twice',
    invariant: 'I4',
    spoil: (shop, { paid }) => {
      shop.charge({ ...paid, charge: 'pi_2' }, 'authorized', { status: 'requires_capture' });
      shop.charge({ ...paid, charge: 'pi_2' }, 'canceled', { status: 'canceled' });
    },
    seen: /was charged 2 times/,
  },
  {
    when: 'the provider still holds the money of a cancelled order',
    invariant: 'I5',
    spoil: (shop, { declined }) => shop.charge(declined, 'authorized', { status: 'requires_capture' }),
    seen: /the provider holds pi_.* which is CANCELLED/,
  },
  {
    when: 'the provider holds money for an order that nobody knows',
    invariant: 'I5',
    spoil: (shop, { paid }) =>
      shop.charge({ ...paid, id: randomUUID(), charge: 'pi_2' }, 'authorized', { status: 'requires_capture' }),
    seen: /which is unknown/,
  },
  {
    when: 'another amount was taken than the order costs',
    invariant: 'I6',
    spoil: (shop, { paid }) =>
      shop.sql('order-processor', `UPDATE orders SET total_minor = total_minor + 1 WHERE id = $1`, [paid.id]),
    seen: /costs 2000 EUR, 1999 EUR was taken/,
  },
  {
    when: 'goods were handed over for a cancelled order',
    invariant: 'I6',
    spoil: async (shop, { declined }) => {
      await shop.sql('catalog', `UPDATE reservation SET state = 'COMMITTED' WHERE order_id = $1`, [declined.id]);
      await shop.sql('catalog', 'UPDATE product SET stock = stock - 1');
    },
    seen: /were handed over, and nothing was paid/,
  },
  {
    when: 'the provider gave back what the books know nothing of',
    invariant: 'I7',
    spoil: (shop, { paid }) =>
      shop.log('refunded', { object: 'refund', id: 're_1', amount: 100, payment_intent: paid.charge }),
    seen: /0 given back, the provider 1999 and 100/,
  },
  {
    when: 'a transfer does not add up to nothing',
    invariant: 'I7',
    spoil: (shop) =>
      shop.sql(
        'payment',
        `SET session_replication_role = replica;
         UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE account = 'provider'`,
      ),
    seen: /transfer .* is out of balance by 1 EUR/,
  },
  {
    when: 'an order is not settled',
    invariant: 'I8',
    spoil: (shop, { paid }) =>
      shop.sql('order-processor', 'UPDATE orders SET settled_at = NULL WHERE id = $1', [paid.id]),
    seen: /is COMPLETED, stock unknown, payment unknown, and not settled/,
  },
  {
    when: 'an order is under way, and the provider is ahead of books, goods ahead of money',
    invariant: 'I8',
    spoil: async (shop, { paid, declined }) => {
      await shop.sql('order-processor', 'UPDATE orders SET settled_at = NULL');
      shop.log('refunded', { object: 'refund', id: 're_1', amount: 100, payment_intent: paid.charge });
      shop.charge(declined, 'authorized', { status: 'requires_capture' });
      await shop.sql('catalog', `UPDATE reservation SET state = 'COMMITTED' WHERE order_id = $1`, [declined.id]);
      await shop.sql('catalog', 'UPDATE product SET stock = stock - 1');
    },
    seen: /and not settled/,
  },
  {
    when: 'a message is not published',
    invariant: 'I8',
    spoil: (shop, { paid }) =>
      shop.sql(
        'catalog',
        `UPDATE outbox SET published_at = NULL, parked_at = now() WHERE aggregateid = $1 AND version = 2`,
        [paid.id],
      ),
    seen: /stock.committed.v1 of .* was not published and is parked/,
  },
  {
    when: 'an operation at the provider is open',
    invariant: 'I8',
    spoil: (shop) =>
      shop.sql(
        'payment',
        `INSERT INTO psp_operation (id, payment_id, kind, amount_minor, idem_key, state)
         SELECT gen_random_uuid(), id, 'void', 1, 'open', 'SENT' FROM payment WHERE state = 'CAPTURED'`,
      ),
    seen: /void of order .* is SENT after 0 attempts/,
  },
  {
    when: 'a message waits for those before it',
    invariant: 'I8',
    spoil: (shop, { paid }) =>
      shop.sql(
        'order-processor',
        `INSERT INTO inbox_pending VALUES ('order-processor', 'm-9', 'stock', $1, 9, false, '{}')`,
        [paid.id],
      ),
    seen: /message m-9 of stock .* waits/,
  },
  {
    when: 'a checkout never got a definite answer',
    invariant: 'I8',
    spoil: (shop, { paid }) =>
      shop.attempt(paid, { checkout: 'checkout-7', outcome: 'unknown', status: undefined, orderId: undefined }),
    seen: /checkout-7 never got a definite answer/,
  },
  {
    when: 'a consumer skipped a message that nothing jumped',
    invariant: 'I9',
    spoil: (shop, { paid }) =>
      shop.sql(
        'order-processor',
        `DELETE FROM inbox WHERE version = 2 AND aggregate_id = $1 AND message_id NOT IN (SELECT id::text FROM outbox)`,
        [paid.id],
      ),
    seen: /did not handle version 2 \(payment.authorized.v1\), and nothing jumped it/,
  },
  {
    when: 'a consumer is further than anything that was said',
    invariant: 'I9',
    spoil: (shop, { paid }) =>
      shop.sql('catalog', 'UPDATE aggregate_cursor SET version = 3 WHERE aggregate_id = $1', [paid.id]),
    seen: /is at 3, 2 were said/,
  },
  {
    when: 'a writer left a version out',
    invariant: 'I9',
    spoil: (shop, { paid }) =>
      shop.sql(
        'payment',
        `WITH moved AS (UPDATE stream_version SET version = 4 WHERE aggregateid = $1)
         UPDATE outbox SET version = 4 WHERE aggregateid = $1 AND version = 3`,
        [paid.id],
      ),
    seen: /is said to be at 4 and has the versions 1, 2, 4/,
  },
  {
    when: 'a report knows less than the one before it',
    invariant: 'I9',
    spoil: (shop, { paid }) => shop.say('payments', paid.id, ['payment.requested.v1'], { snapshot: true }),
    seen: /went back to payment.requested.v1 with version 4/,
  },
  {
    when: 'a consumer handled a message long before the one it follows',
    invariant: 'I9',
    spoil: (shop, { paid }) =>
      shop.sql(
        'order-processor',
        `UPDATE inbox SET processed_at = processed_at + interval '60 s' WHERE aggregate_id = $1 AND version = 1`,
        [paid.id],
      ),
    seen: /handled version 2 before 1/,
  },
  {
    when: 'a message was noted twice',
    invariant: 'I10',
    spoil: (shop) =>
      shop.sql(
        'payment',
        `ALTER TABLE inbox DROP CONSTRAINT inbox_pkey; INSERT INTO inbox SELECT * FROM inbox LIMIT 1`,
      ),
    alone: true,
    seen: /in the inbox: 2 times/,
  },
  {
    when: 'one message made a service say the same twice',
    invariant: 'I10',
    spoil: async (shop, { paid }) => {
      const cause = { causationid: 'm-1', snapshot: true };
      await shop.say('payments', paid.id, ['payment.captured.v1', 'payment.captured.v1'], cause);
    },
    seen: /payment.captured.v1 of .* because of message m-1: 2 times/,
  },
  {
    when: 'an order was paid for twice',
    invariant: 'I10',
    spoil: (shop) =>
      shop.sql(
        'payment',
        `ALTER TABLE payment DROP CONSTRAINT payment_order_id_key;
         INSERT INTO payment (id, order_id, state, goal, version) SELECT gen_random_uuid(), order_id, 'VOIDED', 'cancel', 1 FROM payment WHERE state = 'CAPTURED'`,
      ),
    alone: true,
    seen: /payment of order .*: 2 times/,
  },
  {
    when: 'more is reserved than orders hold',
    invariant: 'I10',
    spoil: (shop) => shop.sql('catalog', 'UPDATE product SET reserved = 1'),
    seen: /1 of product .* are reserved, orders hold 0/,
  },
  {
    when: 'more was taken from the shelf than was sold',
    invariant: 'I10',
    spoil: (shop) => shop.sql('catalog', 'UPDATE product SET stock = stock - 1'),
    seen: /98 are left and 1 were sold/,
  },
  {
    when: 'a message came that no table allows',
    invariant: 'I11',
    spoil: (shop) => shop.sql('payment', `INSERT INTO anomaly (kind, detail) VALUES ('illegal', '{"wish":"capture"}')`),
    seen: /payment: {"wish":"capture"}/,
  },
  {
    when: 'an order went a way that is in no table',
    invariant: 'I11',
    spoil: (shop, { paid }) =>
      shop.sql(
        'order-processor',
        `UPDATE order_timeline SET status = 'CANCELLED' WHERE version = 3 AND order_id = $1`,
        [paid.id],
      ),
    seen: /went from CANCELLED to CONFIRMED/,
  },
  {
    when: 'something was put aside that nobody had spoilt',
    invariant: 'I12',
    spoil: (shop) => shop.sql('catalog', deadLetter),
    seen: /not expected: catalog, invalid: it is no JSON/,
  },
  {
    when: 'poison vanished',
    invariant: 'I12',
    spoil: (shop) => shop.sql('catalog', deadLetter),
    expected: {
      poison: [
        { consumer: 'catalog', reason: 'invalid' },
        { consumer: 'payment', reason: 'invalid' },
      ],
    },
    seen: /1 of 1 vanished: payment, invalid/,
  },
  {
    when: 'a customer saw the order of another',
    invariant: 'I13',
    spoil: (shop, { paid, declined }) =>
      shop.attempt(paid, { deed: 'list', seen: [paid.id, declined.id], key: undefined, orderId: undefined }),
    seen: /saw .* of customer/,
  },
  {
    when: 'a forged token was good enough',
    invariant: 'I14',
    spoil: (shop, { paid }) => shop.attempt(paid, { deed: 'list', proof: 'forged', status: 200, key: undefined }),
    seen: /forged token: list .* 200/,
  },
];

const deadLetter = `INSERT INTO dead_letter (id, consumer, envelope, reason, error, attempts)
  VALUES (gen_random_uuid(), 'catalog', '"{"', 'invalid', 'it is no JSON', 1)`;

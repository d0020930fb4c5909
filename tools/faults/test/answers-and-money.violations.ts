import { randomUUID } from 'node:crypto';

import type { Violation } from './violation.ts';

/** Of I1 to I7. */
export const answersAndMoney: readonly Violation[] = [
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
    when: 'what was paid for was never handed over',
    invariant: 'I6',
    spoil: async (shop, { paid }) => {
      await shop.sql('catalog', `UPDATE reservation SET state = 'RELEASED' WHERE order_id = $1`, [paid.id]);
      await shop.sql('catalog', 'UPDATE product SET stock = stock + 1');
    },
    seen: /is COMPLETED, and its goods were not handed over/,
  },
  {
    when: 'the books have another currency than the provider took',
    invariant: 'I7',
    spoil: (shop) =>
      shop.sql('payment', `SET session_replication_role = replica; UPDATE ledger_entry SET currency = 'USD'`),
    seen: /USD: the books have 1999 taken and 0 given back, the provider 0 and 0/,
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
];

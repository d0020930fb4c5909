import type { Violation } from './violation.ts';

/** Of I8 to I14. */
export const messagesAndTrust: readonly Violation[] = [
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
    when: 'an order is called settled and is on its way',
    invariant: 'I8',
    spoil: async (shop, { declined }) => {
      const toRest = `UPDATE orders SET status = 'RESERVING', version = 2, cancel_reason = NULL WHERE id = $1`;
      await shop.sql('order-processor', toRest, [declined.id]);
      await shop.sql('order-processor', 'DELETE FROM order_timeline WHERE order_id = $1 AND version > 2', [
        declined.id,
      ]);
    },
    seen: /is RESERVING, .* called settled/,
  },
  {
    when: 'goods are held for an order that is over',
    invariant: 'I8',
    spoil: async (shop, { declined }) => {
      await shop.sql('catalog', `UPDATE reservation SET state = 'RESERVED' WHERE order_id = $1`, [declined.id]);
      await shop.sql('catalog', 'UPDATE product SET reserved = 1');
    },
    seen: /goods are still held for order/,
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
    seen: /checkout of checkout-7 .*never got a definite answer/,
  },
  {
    when: 'a refund never got a definite answer, though its checkout did',
    invariant: 'I8',
    spoil: (shop, { paid }) =>
      shop.attempt(paid, { deed: 'refund', key: 'r-1', outcome: 'unknown', status: 503, orderId: undefined }),
    seen: /refund of .* r-1 never got a definite answer/,
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
    when: 'a consumer handled a message before the one it follows',
    invariant: 'I9',
    spoil: (shop, { paid }) =>
      shop.sql('order-processor', 'UPDATE inbox SET version = version WHERE aggregate_id = $1 AND version = 1', [
        paid.id,
      ]),
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

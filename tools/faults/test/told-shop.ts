import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { CheckedShop } from '../src/checker/check.ts';
import { messagingServices } from '../src/checker/evidence.ts';
import type { Attempt } from '../src/history/attempt.ts';
import { History } from '../src/history/history.ts';
import { Database } from '../src/postgres/database.ts';

/** Who writes a topic and who reads it. */
const topics = {
  orders: ['order-processor', 'order-processor'],
  'stock.commands': ['order-processor', 'catalog'],
  'payment.commands': ['order-processor', 'payment'],
  stock: ['catalog', 'order-processor'],
  payments: ['payment', 'order-processor'],
} as const;
export type TopicName = keyof typeof topics;

export interface ToldOrder {
  readonly id: string;
  readonly customer: string;
  readonly cart: string;
  readonly charge: string;
}

export const totalMinor = 1_999;
const stocked = 100;

/** A shop's databases, the provider's log and the clients' history, as if orders had gone through; a test then spoils it. */
export class ToldShop implements CheckedShop {
  readonly databases: Readonly<Record<string, string>>;
  readonly sandbox: { readonly logFile: string };
  readonly history: History;
  readonly productId = randomUUID();
  private readonly open: Record<string, Database>;
  private lines = 0;

  constructor(databases: Readonly<Record<string, string>>, folder: string) {
    mkdirSync(folder, { recursive: true });
    this.databases = databases;
    this.sandbox = { logFile: join(folder, 'provider.jsonl') };
    this.history = new History(join(folder, 'history.jsonl'));
    appendFileSync(this.sandbox.logFile, '');
    this.open = Object.fromEntries(messagingServices.map((service) => [service, new Database(databases[service])]));
  }

  async close(): Promise<void> {
    await this.history.close();
    await Promise.all(Object.values(this.open).map((database) => database.close()));
  }

  sql(service: (typeof messagingServices)[number], text: string, values: readonly unknown[] = []): Promise<unknown[]> {
    return this.open[service].rows(text, values);
  }

  /** The shelf that all orders take from. */
  async stock(): Promise<void> {
    await this.sql(
      'catalog',
      `INSERT INTO product (id, sku, name, description, price_minor, currency, stock, say_again_at)
       VALUES ($1, 'W-1', 'Windlass', '', ${totalMinor}, 'EUR', ${stocked}, now())`,
      [this.productId],
    );
    this.history.stocked({ productId: this.productId, quantity: stocked });
  }

  /** An order that was paid and handed over. */
  async completed(more: Partial<ToldOrder> = {}): Promise<ToldOrder> {
    const order = this.newOrder(more);
    await this.story(order, ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED'], 'NULL');
    await this.reserve(order, 'COMMITTED');
    await this.say('orders', order.id, ['order.placed.v1', 'order.confirmed.v1', 'order.completed.v1']);
    await this.say('stock.commands', order.id, ['stock.reserve.v1', 'stock.commit.v1']);
    await this.say('payment.commands', order.id, ['payment.authorize.v1', 'payment.capture.v1']);
    await this.say('stock', order.id, ['stock.reserved.v1', 'stock.committed.v1']);
    await this.say('payments', order.id, ['payment.requested.v1', 'payment.authorized.v1', 'payment.captured.v1']);
    await this.pay(order);
    this.charge(order, 'authorized', { status: 'requires_capture' });
    this.charge(order, 'captured', { status: 'succeeded', amount_received: totalMinor });
    this.tell(order);
    return order;
  }

  /** An order whose card was declined. */
  async declined(): Promise<ToldOrder> {
    const order = this.newOrder();
    await this.story(order, ['PLACED', 'RESERVING', 'AUTHORIZING', 'CANCELLED'], `'declined'`);
    await this.reserve(order, 'RELEASED');
    await this.say('orders', order.id, ['order.placed.v1', 'order.cancelled.v1']);
    await this.say('stock.commands', order.id, ['stock.reserve.v1', 'stock.release.v1']);
    await this.say('stock', order.id, ['stock.reserved.v1', 'stock.released.v1']);
    await this.sql(
      'payment',
      `INSERT INTO payment (id, order_id, amount_minor, currency, payment_method, state, goal, version)
       VALUES ($1, $2, ${totalMinor}, 'EUR', 'pm_card_chargeDeclined', 'DECLINED', 'authorize', 1)`,
      [randomUUID(), order.id],
    );
    this.charge(order, 'declined', { status: 'requires_payment_method' });
    this.tell(order);
    return order;
  }

  /** What a customer did and saw; without more a checkout that was answered. */
  attempt(order: ToldOrder, more: Partial<Attempt> = {}): void {
    const { id, customer, cart } = order;
    this.history.record({
      at: Date.now(),
      ms: 12,
      deed: 'checkout',
      try: 1,
      customer,
      proof: 'valid',
      checkout: `of ${cart}`,
      cart,
      key: `key-of-${cart}`,
      status: 201,
      outcome: 'ok',
      answer: createHash('sha256').update(id).digest('base64url'),
      orderId: id,
      seen: [id],
      ...more,
    });
  }

  /** A line of the provider's log. */
  charge({ id, charge }: ToldOrder, act: string, more: object): void {
    const intent = { object: 'payment_intent', id: charge, amount: totalMinor, amount_received: 0, currency: 'eur' };
    this.log(act, { ...intent, metadata: { order_id: id }, ...more });
  }

  log(act: string, object: object): void {
    appendFileSync(this.sandbox.logFile, `${JSON.stringify({ n: (this.lines += 1), act, object })}\n`);
  }

  /** Messages of one stream, sent, and handled by whoever reads them. */
  async say(topic: TopicName, aggregateId: string, types: readonly string[], more = {}): Promise<string[]> {
    const [writer, reader] = topics[topic];
    const ids = types.map(() => randomUUID());
    const [{ before }] = (await this.sql(
      writer,
      `SELECT coalesce(max(version), 0) AS before FROM stream_version WHERE aggregatetype = $1 AND aggregateid = $2`,
      [topic, aggregateId],
    )) as [{ before: number }];
    await this.sql(
      writer,
      `INSERT INTO outbox (id, bucket, aggregatetype, aggregateid, version, type, schema_version, payload, headers, topic, published_at)
       SELECT id, 0, $1, $2, $3 + place, type, 1, '{}', $4, $1, now()
         FROM unnest($5::uuid[], $6::text[]) WITH ORDINALITY AS said (id, type, place)`,
      [topic, aggregateId, before, JSON.stringify({ correlationid: aggregateId, ...more }), ids, types],
    );
    await this.sql(
      writer,
      `INSERT INTO stream_version VALUES ($1, $2, $3) ON CONFLICT (aggregatetype, aggregateid) DO UPDATE SET version = $3`,
      [topic, aggregateId, before + types.length],
    );
    await this.sql(
      reader,
      `INSERT INTO inbox (consumer, message_id, aggregate_id, version)
       SELECT $1, id, $2, $3 + place FROM unnest($4::text[]) WITH ORDINALITY AS said (id, place)`,
      [reader, aggregateId, before, ids],
    );
    await this.sql(
      reader,
      `INSERT INTO aggregate_cursor VALUES ($1, $2, $3, $4)
       ON CONFLICT (consumer, aggregate_type, aggregate_id) DO UPDATE SET version = $4`,
      [reader, topic, aggregateId, before + types.length],
    );
    return ids;
  }

  private newOrder(more: Partial<ToldOrder> = {}): ToldOrder {
    const charge = `pi_${randomUUID()}`;
    return { id: randomUUID(), customer: randomUUID(), cart: randomUUID(), charge, ...more };
  }

  private tell(order: ToldOrder): void {
    this.attempt(order);
    this.attempt(order, { try: 2, replayed: true });
    this.attempt(order, { deed: 'read', about: order.id, status: 200, key: undefined, checkout: undefined });
  }

  private async story({ id, customer, cart }: ToldOrder, statuses: readonly string[], reason: string): Promise<void> {
    await this.sql(
      'order-processor',
      `INSERT INTO orders (id, user_id, cart_id, total_minor, currency, payment_method, status, version, cancel_reason,
                           deadline_at, created_at, updated_at, progress_at, settled_at)
       VALUES ($1, $2, $3, ${totalMinor}, 'EUR', 'pm_card_visa', $4, $5, ${reason}, now(), now(), now(), now(), now())`,
      [id, customer, cart, statuses.at(-1), statuses.length],
    );
    await this.sql(
      'order-processor',
      `INSERT INTO order_timeline (order_id, version, status, cause, at)
       SELECT $1, place, status, 'told', now() + place * interval '1 ms'
         FROM unnest($2::text[]) WITH ORDINALITY AS told (status, place)`,
      [id, statuses],
    );
  }

  private async reserve({ id }: ToldOrder, state: 'COMMITTED' | 'RELEASED'): Promise<void> {
    await this.sql('catalog', `INSERT INTO reservation VALUES ($1, $2)`, [id, state]);
    await this.sql('catalog', `INSERT INTO reservation_line VALUES ($1, $2, 1)`, [id, this.productId]);
    if (state === 'COMMITTED') {
      await this.sql('catalog', `UPDATE product SET stock = stock - 1 WHERE id = $1`, [this.productId]);
    }
  }

  private async pay({ id, charge }: ToldOrder): Promise<void> {
    const [payment, authorize, capture] = [randomUUID(), randomUUID(), randomUUID()];
    await this.sql(
      'payment',
      `INSERT INTO payment (id, order_id, amount_minor, currency, payment_method, state, goal, provider_reference, version)
       VALUES ($1, $2, ${totalMinor}, 'EUR', 'pm_card_visa', 'CAPTURED', 'capture', $3, 3)`,
      [payment, id, charge],
    );
    await this.sql(
      'payment',
      `INSERT INTO psp_operation (id, payment_id, kind, amount_minor, idem_key, state, result)
       VALUES ($1, $3, 'authorize', ${totalMinor}, $4 || '-authorize', 'DONE', '{"is":"authorized"}'),
              ($2, $3, 'capture', ${totalMinor}, $4 || '-capture', 'DONE', '{"is":"captured"}')`,
      [authorize, capture, payment, id],
    );
    await this.sql(
      'payment',
      `INSERT INTO ledger_entry (transfer_id, account, amount_minor, currency)
       VALUES ($1, 'sales', -${totalMinor}, 'EUR'), ($1, 'provider', ${totalMinor}, 'EUR')`,
      [capture],
    );
  }
}

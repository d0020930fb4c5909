import { randomUUID } from 'node:crypto';

import { Sql, sql } from '@towpath/database';
import {
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderSnapshot,
  PaymentAuthorized,
  PaymentCaptured,
  ProductChanged,
  StockCommitted,
  StockReserved,
} from '@towpath/messages';
import { givenService, type HttpReply, type ServiceUnderTest } from '@towpath/testing';

import { OrderProcessorModule } from '../src/order-processor.module.ts';
import type { OrderStatus } from '../src/orders/order.machine.ts';

const ownEvents = [OrderPlaced, OrderConfirmed, OrderCancelled, OrderCompleted, OrderSnapshot];
const roads: Partial<Record<OrderStatus, OrderStatus[]>> = {
  PLACED: [],
  RESERVING: ['RESERVING'],
  AUTHORIZING: ['RESERVING', 'AUTHORIZING'],
  CONFIRMED: ['RESERVING', 'AUTHORIZING', 'CONFIRMED'],
  COMPLETED: ['RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED'],
};

export interface Customer {
  readonly id: string;
  readonly token: string;
}

export interface Said {
  readonly type: string;
  readonly version: number;
  readonly snapshot: boolean;
}

/** Of a payment report, all but the state. */
export const paid = (orderId: string) => ({ orderId, refundedMinor: 0, needsReview: false });

/** The service without its background parts: nothing moves unless the test says so. */
export function givenShop(environment: Record<string, string> = {}): Shop {
  const service = givenService(OrderProcessorModule, { environment: () => ({ ROLE: 'api', ...environment }) });
  return new Shop(service);
}

export class Shop {
  constructor(readonly service: ServiceUnderTest) {}

  async customer(roles = ['customer']): Promise<Customer> {
    const id = randomUUID();
    return { id, token: await this.service.token({ id, roles }) };
  }

  /** A product whose price this service has heard of. */
  async product(price = { amountMinor: 1999, currency: 'EUR' }): Promise<string> {
    const productId = randomUUID();
    await this.service.receives(ProductChanged, { productId, sku: 'SKU-1', name: 'Rope', price });
    return productId;
  }

  /** What a checkout of these products says. */
  checkout(...productIds: string[]) {
    return {
      cartId: randomUUID(),
      lines: productIds.map((productId) => ({ productId, quantity: 2 })),
      paymentMethod: 'pm_card_visa',
    };
  }

  post(body: unknown, { token }: Customer, key: string = randomUUID()): Promise<HttpReply> {
    return this.service.http.post('/v1/orders', body, { token, headers: { 'idempotency-key': key } });
  }

  read(id: string, { token }: Customer): Promise<HttpReply> {
    return this.service.http.get(`/v1/orders/${id}`, { token });
  }

  cancel(id: string, { token }: Customer): Promise<HttpReply> {
    return this.service.http.post(`/v1/orders/${id}/cancel`, {}, { token });
  }

  refund(id: string, body: object, { token }: Customer, key: string = randomUUID()): Promise<HttpReply> {
    return this.service.http.post(`/v1/orders/${id}/refund`, body, { token, headers: { 'idempotency-key': key } });
  }

  /** A completed order of 39.98 EUR that nobody owes anything. */
  async settledOrder(by?: Customer): Promise<{ id: string; customer: Customer }> {
    const order = await this.order('COMPLETED', by);
    await this.hearsItself(order.id);
    await this.service.receives(StockCommitted, { orderId: order.id });
    return order;
  }

  /** An order that went this far, as its sides and its own messages brought it there. */
  async order(status: OrderStatus, by?: Customer): Promise<{ id: string; customer: Customer }> {
    const customer = by ?? (await this.customer());
    const { body } = await this.post(this.checkout(await this.product()), customer);
    for (const step of roads[status] ?? []) await this.bringTo(step, body.id);
    return { id: body.id, customer };
  }

  /** Delivers what the order said of itself and has not heard yet. */
  async hearsItself(orderId: string): Promise<void> {
    const rows = await this.service.database.rows<{
      id: string;
      type: string;
      version: number;
      payload: never;
      snapshot: boolean;
    }>(sql`
      SELECT id, type, version, payload, (headers ->> 'snapshot')::bool AS snapshot FROM outbox
      WHERE aggregatetype = 'orders' AND aggregateid = ${orderId} AND version > coalesce(
        (SELECT version FROM aggregate_cursor WHERE aggregate_type = 'orders' AND aggregate_id = ${orderId}), 0)
      ORDER BY version`);
    for (const { type, payload, ...delivery } of rows) {
      await this.service.receives(
        ownEvents.find((event) => event.type === type)!,
        payload,
        delivery,
      );
    }
  }

  /** What was said of an order, in the order of saying. */
  said(orderId: string): Promise<Said[]> {
    return this.service.database.rows<Said>(sql`
      SELECT type, version, (headers ->> 'snapshot')::bool AS snapshot FROM outbox WHERE aggregateid = ${orderId} ORDER BY seq`);
  }

  /** Forgets what was said so far, so that a test sees only what comes. */
  async forgetSaid(orderId: string): Promise<void> {
    await this.service.database.rows(sql`DELETE FROM outbox WHERE aggregateid = ${orderId}`);
  }

  /** Meanwhile this order cannot be changed. */
  async breakFor(orderId: string, meanwhile: () => Promise<void>): Promise<void> {
    const { database } = this.service;
    const { broken } = await database.one<{ broken: string }>(sql`
      SELECT format('ALTER TABLE orders ADD CONSTRAINT broken CHECK (id <> %L) NOT VALID', ${orderId}::uuid) AS broken`);
    await database.rows(new Sql([broken], []));
    await meanwhile();
    await database.rows(sql`ALTER TABLE orders DROP CONSTRAINT broken`);
  }

  async row(orderId: string): Promise<Record<string, unknown>> {
    return this.service.database.one(sql`SELECT * FROM orders WHERE id = ${orderId}`);
  }

  async anomalies(orderId: string): Promise<unknown[]> {
    const rows = await this.service.database.rows<{ kind: string; detail: object }>(sql`
      SELECT kind, detail FROM anomaly WHERE detail ->> 'orderId' = ${orderId}`);
    return rows.map(({ kind, detail }) => ({ kind, ...detail }));
  }

  private async bringTo(status: OrderStatus, orderId: string): Promise<void> {
    if (status === 'RESERVING') await this.hearsItself(orderId);
    if (status === 'AUTHORIZING') await this.service.receives(StockReserved, { orderId });
    if (status === 'CONFIRMED') await this.service.receives(PaymentAuthorized, paid(orderId));
    if (status === 'COMPLETED') await this.service.receives(PaymentCaptured, paid(orderId));
  }
}

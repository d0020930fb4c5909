import { Injectable } from '@nestjs/common';
import type { Money } from '@towpath/api';
import { type Sql, sql, type Transaction } from '@towpath/database';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import type { Order } from './order.ts';

interface LookedUpRow {
  readonly barred_until: Date | null;
  readonly product_id: string | null;
  readonly amount_minor: number;
  readonly currency: Money['currency'];
}

/** What it takes to place an order: two trips, for this is the hot path. */
@Injectable()
export class NewOrderRepository {
  constructor(private readonly config: OrderProcessorConfig) {}

  /**
   * What a checkout depends on, in one trip: the prices of what the lines name, by product (those not known are missing), and
   * until when nothing may be ordered, where too many payments of the customer were declined lately.
   */
  async lookUp(
    tx: Transaction,
    customerId: string,
    lines: readonly { productId: string }[],
  ): Promise<{ prices: ReadonlyMap<string, Money>; barredUntil: Date | null }> {
    const rows = await tx.rows<LookedUpRow>(sql`
      SELECT ${this.barredUntil(customerId)} AS barred_until, product_id, amount_minor, currency
      FROM (VALUES (1)) AS checkout
      LEFT JOIN product_price ON product_id = ANY (${lines.map(({ productId }) => productId)}::uuid[])`);
    const prices = rows.flatMap(({ product_id: productId, amount_minor: amountMinor, currency }) =>
      productId === null ? [] : [[productId, { amountMinor, currency }] as const],
    );
    return { prices: new Map(prices), barredUntil: rows[0]!.barred_until };
  }

  /**
   * Stores the order and, in the same statement, what the clauses of a WITH in `also` store: one trip for the hot path.
   * @throws DatabaseError, a `uniqueViolation`, for a cart that is an order already
   */
  async insert(tx: Transaction, order: Order, also: { said: Sql; answered: Sql }): Promise<void> {
    const { lines, createdAt } = order;
    await tx.run(sql`
      WITH placed AS (
        INSERT INTO orders (id, user_id, cart_id, total_minor, currency, payment_method, status, version,
                            created_at, updated_at, progress_at, deadline_at)
        VALUES (${order.id}, ${order.customerId}, ${order.cartId}, ${order.total.amountMinor}, ${order.total.currency},
                ${order.paymentMethod}, ${order.status}, ${order.version}, ${createdAt}, ${createdAt}, ${createdAt},
                ${createdAt}::timestamptz + ${this.config.orderDeadlineMs} * interval '1 millisecond')),
      bought AS (
        INSERT INTO order_line (order_id, product_id, quantity, unit_price_minor, position)
        SELECT ${order.id}::uuid, line.*
        FROM unnest(${lines.map(({ productId }) => productId)}::uuid[], ${lines.map(({ quantity }) => quantity)}::int[],
                    ${lines.map(({ unitPriceMinor }) => unitPriceMinor)}::bigint[]) WITH ORDINALITY AS line),
      entered AS (
        INSERT INTO order_timeline (order_id, version, status, cause, at)
        VALUES (${order.id}, ${order.version}, ${order.status}, 'checkout', ${createdAt})),
      ${also.said},
      ${also.answered}
      SELECT 1`);
  }

  /** The order that a cart became. */
  async idOfCart(tx: Transaction, customerId: string, cartId: string): Promise<string> {
    const { id } = await tx.one<{ id: string }>(sql`
      SELECT id FROM orders WHERE user_id = ${customerId} AND cart_id = ${cartId}`);
    return id;
  }

  /** When the oldest of so many declines that one more is too many will be long enough ago. */
  private barredUntil(customerId: string): Sql {
    const window = sql`${this.config.declinesWithinMs} * interval '1 millisecond'`;
    return sql`(
      SELECT updated_at + ${window} FROM orders
      WHERE user_id = ${customerId} AND cancel_reason = 'declined' AND updated_at > now() - ${window}
      ORDER BY updated_at DESC OFFSET ${this.config.declinesMax - 1} LIMIT 1)`;
  }
}

import { Injectable } from '@nestjs/common';
import { type Sql, sql, type Transaction } from '@towpath/database';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import type { Order } from './order.ts';

/** Stores orders as they are placed. */
@Injectable()
export class NewOrderRepository {
  constructor(private readonly config: OrderProcessorConfig) {}

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
}

import type { Money } from '@towpath/api';

import type { OrderStatus } from './order.machine.ts';
import type { Order } from './order.ts';

/** A row of `orders` with its lines. */
export interface OrderRow {
  readonly id: string;
  readonly user_id: string;
  readonly cart_id: string;
  readonly total_minor: number;
  readonly currency: Money['currency'];
  readonly payment_method: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly cancel_reason: Order['cancelReason'];
  readonly stock_goal: Order['stockGoal'];
  readonly stock_seen: Order['stockSeen'];
  readonly payment_goal: Order['paymentGoal'];
  readonly payment_seen: Order['paymentSeen'];
  readonly refund_goal_minor: number;
  readonly refunded_minor: number;
  readonly needs_review: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly lines: Order['lines'];
}

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    customerId: row.user_id,
    cartId: row.cart_id,
    lines: row.lines,
    total: { amountMinor: row.total_minor, currency: row.currency },
    paymentMethod: row.payment_method,
    status: row.status,
    version: row.version,
    cancelReason: row.cancel_reason,
    stockGoal: row.stock_goal,
    stockSeen: row.stock_seen,
    paymentGoal: row.payment_goal,
    paymentSeen: row.payment_seen,
    refundGoalMinor: row.refund_goal_minor,
    refundedMinor: row.refunded_minor,
    needsReview: row.needs_review,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

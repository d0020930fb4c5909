import type { Money, OrderResponse } from '@towpath/api';

import { type OrderState, placed } from './order.machine.ts';

export interface OrderLine {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export interface Order extends OrderState {
  readonly id: string;
  readonly customerId: string;
  readonly cartId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentMethod: string;
  /** Payment cannot end this without a person. */
  readonly needsReview: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a customer wants to buy, and at which prices. */
export type NewOrder = Pick<Order, 'id' | 'customerId' | 'cartId' | 'lines' | 'total' | 'paymentMethod' | 'createdAt'>;

/** What was just placed, whole. */
export function newOrder(order: NewOrder): Order {
  return { ...order, ...placed, needsReview: false, updatedAt: order.createdAt };
}

/** The order as clients see it. */
export function toResponse(order: Order): OrderResponse {
  const { currency } = order.total;
  return {
    id: order.id,
    status: order.status,
    total: order.total,
    lines: order.lines.map(({ productId, quantity, unitPriceMinor }) => ({
      productId,
      quantity,
      unitPrice: { amountMinor: unitPriceMinor, currency },
    })),
    cancelReason: order.cancelReason,
    refunded: order.refundedMinor > 0 ? { amountMinor: order.refundedMinor, currency } : null,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
    version: order.version,
  };
}

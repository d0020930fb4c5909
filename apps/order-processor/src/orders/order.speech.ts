import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import {
  AuthorizePayment,
  CancelPayment,
  CapturePayment,
  CommitStock,
  type EventOf,
  type MessageDefinition,
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderSnapshot,
  RefundPayment,
  ReleaseStock,
  ReserveStock,
} from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import type { Said } from './order.machine.ts';
import type { Order } from './order.ts';

type Say = <M extends MessageDefinition>(message: M, data: EventOf<M>) => Promise<void>;

const wording: Readonly<Record<Said, (order: Order, say: Say) => Promise<void>>> = {
  OrderPlaced: (order, say) => say(OrderPlaced, toPlaced(order)),
  OrderConfirmed: ({ id: orderId }, say) => say(OrderConfirmed, { orderId }),
  OrderCancelled: ({ id: orderId, cancelReason }, say) => say(OrderCancelled, { orderId, reason: cancelReason! }),
  OrderCompleted: ({ id: orderId }, say) => say(OrderCompleted, { orderId }),
  OrderSnapshot: ({ id: orderId, status }, say) => say(OrderSnapshot, { orderId, status }),
  ReserveStock: ({ id: orderId, lines }, say) => say(ReserveStock, { orderId, lines: lines.map(goodsOf) }),
  CommitStock: ({ id: orderId }, say) => say(CommitStock, { orderId }),
  ReleaseStock: ({ id: orderId }, say) => say(ReleaseStock, { orderId }),
  AuthorizePayment: ({ id: orderId, customerId, total: amount, paymentMethod }, say) =>
    say(AuthorizePayment, { orderId, customerId, amount, paymentMethod }),
  CapturePayment: ({ id: orderId }, say) => say(CapturePayment, { orderId }),
  CancelPayment: ({ id: orderId }, say) => say(CancelPayment, { orderId }),
  RefundPayment: ({ id: orderId, total, refundGoalMinor }, say) =>
    say(RefundPayment, { orderId, total: { ...total, amountMinor: refundGoalMinor } }),
};

/** Puts into messages what the machine says of an order. */
@Injectable()
export class OrderSpeech {
  constructor(private readonly outbox: Outbox) {}

  /** The caller holds the order's row lock: that is what gives the messages their order. */
  async say(tx: Transaction, order: Order, messages: readonly Said[], options?: { snapshot: boolean }): Promise<void> {
    for (const message of messages) {
      await wording[message](order, (definition, data) => this.outbox.publish(tx, definition, data, options));
    }
  }
}

/** What is told of an order when it is placed. */
export function toPlaced({ id: orderId, customerId, lines, total }: Order): OrderPlaced {
  return { orderId, customerId, lines: lines.map(goodsOf), total };
}

const goodsOf = ({ productId, quantity }: Order['lines'][number]) => ({ productId, quantity });

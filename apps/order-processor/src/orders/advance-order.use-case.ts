import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import { Anomalies } from '@towpath/messaging';

import { isAtRest, react, type Report } from './order.machine.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSaga } from './order.saga.ts';
import type { Order } from './order.ts';

/** What a report may tell beside the state. */
type Told = Partial<Pick<Order, 'refundedMinor' | 'needsReview'>> & { readonly reason?: string };

/** Moves an order on when something is reported of it. What is illegal is kept for a person and changes nothing. */
@Injectable()
export class AdvanceOrder {
  constructor(
    private readonly orders: OrderRepository,
    private readonly saga: OrderSaga,
    private readonly anomalies: Anomalies,
  ) {}

  async hear(tx: Transaction, orderId: string, report: Report, { reason, ...told }: Told = {}): Promise<void> {
    const order = await this.orders.lock(tx, orderId);
    const reaction = order && react({ ...order, ...told }, report);
    if (!reaction) return this.anomalies.record(tx, 'illegal', { orderId, status: order?.status ?? null, report });
    await this.saga.move(tx, order, reaction, report, reason);
  }

  /** The order's own last word came back: if no side owes it anything, it is settled now. */
  async hearLastWord(tx: Transaction, orderId: string): Promise<void> {
    const order = await this.orders.lock(tx, orderId);
    if (order && isAtRest(order)) await this.orders.save(tx, order, order);
  }
}

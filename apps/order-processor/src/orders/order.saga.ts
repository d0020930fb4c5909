import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';

import type { Reaction, Trigger } from './order.machine.ts';
import { OrderMetrics } from './order.metrics.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSpeech } from './order.speech.ts';
import type { Order } from './order.ts';

/** What each trigger that moves an order is called in its timeline. */
const causes: Readonly<Partial<Record<Trigger, string>>> = {
  OrderPlaced: 'order taken up',
  RESERVED: 'stock reserved',
  REJECTED: 'out of stock',
  AUTHORIZED: 'payment authorized',
  DECLINED: 'payment declined',
  VOIDED: 'payment voided',
  CAPTURED: 'payment captured',
  customer: 'cancelled by the customer',
  deadline: 'deadline passed',
  refund: 'refund asked',
};

/** Makes a reaction of the machine true. */
@Injectable()
export class OrderSaga {
  constructor(
    private readonly speech: OrderSpeech,
    private readonly orders: OrderRepository,
    private readonly metrics: OrderMetrics,
  ) {}

  /** Says and stores what became of an order whose lock the caller holds. `detail` completes the cause in its timeline. */
  async move(
    tx: Transaction,
    before: Order,
    { order, says }: Reaction<Order>,
    trigger: Trigger,
    detail?: string,
  ): Promise<Order> {
    await this.speech.say(tx, order, says);
    const cause = [causes[trigger], detail].filter(Boolean).join(': ');
    const after = await this.orders.save(tx, before, order, cause);
    if (after.status !== before.status) tx.afterCommit(() => this.metrics.moved(after));
    return after;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@towpath/database';

import { NotCancellable, OrderNotFound } from './order.errors.ts';
import { react } from './order.machine.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSaga } from './order.saga.ts';
import type { Order } from './order.ts';

/** Ends an order that is not completed and asks back whatever was asked for it. */
@Injectable()
export class CancelOrder {
  constructor(
    private readonly database: Database,
    private readonly orders: OrderRepository,
    private readonly saga: OrderSaga,
  ) {}

  /**
   * `owner`: null for whoever may cancel anybody's. `isNew` is false for an order that was cancelled before.
   * @throws OrderNotFound, NotCancellable
   */
  execute(owner: string | null, orderId: string): Promise<{ order: Order; isNew: boolean }> {
    return this.database.namedTransaction('cancel', async (tx) => {
      const order = await this.orders.lockOf(tx, owner, orderId);
      if (!order) throw new OrderNotFound();
      if (order.status === 'CANCELLED') return { order, isNew: false };

      const reaction = react(order, 'customer');
      if (!reaction) throw new NotCancellable(order.status);
      return { order: await this.saga.move(tx, order, reaction, 'customer'), isNew: true };
    });
  }
}

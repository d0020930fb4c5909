import type { Transaction } from '@towpath/database';
import { OrderCancelled, OrderCompleted, OrderPlaced, orders, OrderSnapshot } from '@towpath/messages';
import { Consumer, On } from '@towpath/messaging';

import { AdvanceOrder } from './advance-order.use-case.ts';

/** The service hears itself: placing an order only commits, and the saga starts here, so a burst becomes lag and no load. */
@Consumer(orders)
export class OrderConsumer {
  constructor(private readonly advance: AdvanceOrder) {}

  @On(OrderPlaced)
  onPlaced({ orderId }: OrderPlaced, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'OrderPlaced');
  }

  @On(OrderCompleted)
  onCompleted({ orderId }: OrderCompleted, tx: Transaction) {
    return this.advance.hearLastWord(tx, orderId);
  }

  @On(OrderCancelled)
  onCancelled({ orderId }: OrderCancelled, tx: Transaction) {
    return this.advance.hearLastWord(tx, orderId);
  }

  @On(OrderSnapshot)
  onSnapshot({ orderId }: OrderSnapshot, tx: Transaction) {
    return this.advance.hearLastWord(tx, orderId);
  }
}

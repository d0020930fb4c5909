import type { Transaction } from '@towpath/database';
import { stock, StockCommitted, StockRejected, StockReleased, StockReserved } from '@towpath/messages';
import { Consumer, On } from '@towpath/messaging';

import { AdvanceOrder } from './advance-order.use-case.ts';

@Consumer(stock)
export class StockConsumer {
  constructor(private readonly advance: AdvanceOrder) {}

  @On(StockReserved)
  onReserved({ orderId }: StockReserved, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'RESERVED');
  }

  @On(StockRejected)
  onRejected({ orderId }: StockRejected, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'REJECTED');
  }

  @On(StockCommitted)
  onCommitted({ orderId }: StockCommitted, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'COMMITTED');
  }

  @On(StockReleased)
  onReleased({ orderId }: StockReleased, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'RELEASED');
  }
}

import type { Transaction } from '@towpath/database';
import { CommitStock, ReleaseStock, ReserveStock, stockCommands } from '@towpath/messages';
import { Consumer, On, type Received } from '@towpath/messaging';

import { MoveReservation } from './move-reservation.use-case.ts';

@Consumer(stockCommands)
export class StockCommandConsumer {
  constructor(private readonly reservation: MoveReservation) {}

  @On(ReserveStock)
  onReserveStock(command: ReserveStock, tx: Transaction, { snapshot }: Received) {
    return this.reservation.execute(tx, { command: 'ReserveStock', ...command, snapshot });
  }

  @On(CommitStock)
  onCommitStock({ orderId }: CommitStock, tx: Transaction, { snapshot }: Received) {
    return this.reservation.execute(tx, { command: 'CommitStock', orderId, snapshot });
  }

  @On(ReleaseStock)
  onReleaseStock({ orderId }: ReleaseStock, tx: Transaction, { snapshot }: Received) {
    return this.reservation.execute(tx, { command: 'ReleaseStock', orderId, snapshot });
  }
}

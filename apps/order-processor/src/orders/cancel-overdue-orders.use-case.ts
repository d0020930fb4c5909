import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@towpath/database';

import { oneByOne } from './one-by-one.ts';
import { react } from './order.machine.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSaga } from './order.saga.ts';

/** Ends the orders that were not confirmed by their deadline. The database's clock decides: those of processes differ. */
@Injectable()
export class CancelOverdueOrders {
  private readonly logger = new Logger(CancelOverdueOrders.name);

  constructor(
    private readonly database: Database,
    private readonly orders: OrderRepository,
    private readonly saga: OrderSaga,
  ) {}

  async execute(): Promise<void> {
    await oneByOne(await this.orders.overdue(), this.logger, (id) => this.cancel(id));
  }

  private cancel(id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const order = await this.orders.lockFree(tx, id);
      const reaction = order && react(order, 'deadline');
      if (reaction) await this.saga.move(tx, order, reaction, 'deadline');
    });
  }
}

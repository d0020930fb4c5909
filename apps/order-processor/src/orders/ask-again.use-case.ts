import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '@towpath/database';

import { oneByOne } from './one-by-one.ts';
import { askAgain } from './order.machine.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSpeech } from './order.speech.ts';

/**
 * Asks once more for whatever keeps an order unsettled, should a message have been lost. It is said as a snapshot under a new
 * id, which every gate lets through, and from the state under the lock: an older goal could end up above a newer cancel.
 */
@Injectable()
export class AskAgain {
  private readonly logger = new Logger(AskAgain.name);

  constructor(
    private readonly database: Database,
    private readonly orders: OrderRepository,
    private readonly speech: OrderSpeech,
  ) {}

  async execute(): Promise<void> {
    const ask = (id: string) => this.database.namedTransaction('sweep', (tx) => this.askFor(tx, id));
    await oneByOne(await this.orders.quiet(), this.logger, ask);
  }

  private async askFor(tx: Transaction, id: string): Promise<void> {
    const order = await this.orders.lockQuiet(tx, id);
    if (!order) return;
    const { order: asked, says } = askAgain(order, await this.orders.hasHeardItself(tx, id));
    await this.speech.say(tx, asked, says, { snapshot: true });
    // Asking counts as progress: the order goes to the end of the queue, and its sides get their time to answer.
    await this.orders.save(tx, order, asked);
  }
}

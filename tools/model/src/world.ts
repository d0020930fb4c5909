import { Catalog, type Shelf } from './catalog.ts';
import { Channel, type ChannelName, type Stream } from './channel.ts';
import { type Order, OrderProcessor } from './order-processor.ts';
import { type Part, Pool } from './part.ts';
import { type Money, Payment } from './payment.ts';
import type { Rules } from './rules.ts';

/** How often each may still happen. */
export interface Bounds {
  readonly losses: number;
  readonly duplicates: number;
  readonly earlySweeps: number;
  readonly blocks: number;
  readonly cancels: number;
  readonly refunds: number;
}

/** All that there is at one moment. */
export interface State extends Readonly<Record<ChannelName, Part<Stream>>> {
  readonly order: Part<Order>;
  readonly shelf: Part<Shelf>;
  readonly money: Part<Money>;
  readonly left: Part<Bounds>;
}

export const channelNames = ['orders', 'stockCommands', 'paymentCommands', 'stock', 'payments'] as const;

/** A state is nine parts, and packed nine numbers of 16 bits. */
export const wordsPerState = 5;

/** Everyone who takes part, and the numbers of their parts. */
export class World {
  readonly orderProcessor: OrderProcessor;
  readonly catalog: Catalog;
  readonly payment: Payment;
  readonly channels: Readonly<Record<ChannelName, Channel>>;
  readonly bounds = new Pool<Bounds>();
  readonly noFaults = this.bounds.of({ losses: 0, duplicates: 0, earlySweeps: 0, blocks: 0, cancels: 0, refunds: 0 });

  constructor(rules: Rules) {
    this.orderProcessor = new OrderProcessor(rules);
    this.catalog = new Catalog(rules);
    this.payment = new Payment(rules);
    this.channels = {
      orders: new Channel('orders', 'reports', rules),
      stockCommands: new Channel('stockCommands', 'goals', rules),
      paymentCommands: new Channel('paymentCommands', 'goals', rules),
      stock: new Channel('stock', 'reports', rules),
      payments: new Channel('payments', 'reports', rules),
    };
  }

  pack(state: State, words: Uint32Array): void {
    words[0] = state.order.id | (state.shelf.id << 16);
    words[1] = state.money.id | (state.left.id << 16);
    words[2] = state.orders.id | (state.stockCommands.id << 16);
    words[3] = state.paymentCommands.id | (state.stock.id << 16);
    words[4] = state.payments.id;
  }

  unpack(words: Uint32Array): State {
    const half = (index: number) => (words[index >> 1]! >>> (16 * (index & 1))) & 0xffff;
    return {
      order: this.orderProcessor.pool.at(half(0)),
      shelf: this.catalog.pool.at(half(1)),
      money: this.payment.pool.at(half(2)),
      left: this.bounds.at(half(3)),
      orders: this.channels.orders.pool.at(half(4)),
      stockCommands: this.channels.stockCommands.pool.at(half(5)),
      paymentCommands: this.channels.paymentCommands.pool.at(half(6)),
      stock: this.channels.stock.pool.at(half(7)),
      payments: this.channels.payments.pool.at(half(8)),
    };
  }
}

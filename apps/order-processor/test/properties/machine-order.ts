import { randomUUID } from 'node:crypto';

import { NotRefundable } from '../../src/orders/order.errors.ts';
import {
  askAgain,
  isAtRest,
  type OrderState,
  placed,
  react,
  type Reaction,
  type Report,
  type Said,
} from '../../src/orders/order.machine.ts';
import { askRefund } from '../../src/orders/refund.ts';
import { Gate, type Message, type Stream } from './message.ts';
import type { Look, OrderUnderTest } from './order-world.ts';

type Paid = OrderState & { readonly total: { readonly amountMinor: number; readonly currency: string } };

/** The machine of an order behind gates, and nothing else of the service: quick enough for long runs. */
export class MachineOrder implements OrderUnderTest {
  private order: Paid;
  private unheard: Message[] = [];
  private readonly wrong: string[] = [];
  private readonly versions = new Map<Stream, number>();
  private readonly gates = { orders: new Gate(), stock: new Gate(), payments: new Gate() };

  constructor(readonly totalMinor: number) {
    this.order = { ...placed, total: { amountMinor: totalMinor, currency: 'EUR' } };
    this.say(['OrderPlaced'], false);
  }

  async hear(message: Message): Promise<void> {
    const admitted = this.gates[message.stream as 'orders' | 'stock' | 'payments'].admit(message);
    for (const { stream, says, payload } of admitted) {
      if (stream === 'orders' && says !== 'OrderPlaced') continue;
      const told = stream === 'payments' ? { refundedMinor: Number(payload['refundedMinor']) } : {};
      const reaction = react({ ...this.order, ...told }, says as Report);
      if (!reaction) this.wrong.push(`${says} while ${this.order.status}`);
      else this.take(reaction);
    }
  }

  async decide(what: 'customer' | 'deadline' | 'refund', amountMinor?: number): Promise<void> {
    const reaction = what === 'refund' ? this.refunding(amountMinor) : react(this.order, what);
    if (reaction) this.take(reaction);
  }

  async askAgain(): Promise<void> {
    if (!(await this.look()).isSettled) this.take(askAgain(this.order, this.hasHeardItself), true);
  }

  async look(): Promise<Look> {
    return { ...this.order, isSettled: isAtRest(this.order) && this.hasHeardItself };
  }

  async newlySaid(): Promise<Message[]> {
    const said = this.unheard;
    this.unheard = [];
    return said;
  }

  async illegal(): Promise<unknown[]> {
    return this.wrong;
  }

  private get hasHeardItself(): boolean {
    return this.gates.orders.version === this.versions.get('orders');
  }

  private refunding(amountMinor?: number): Reaction<Paid> | undefined {
    try {
      return askRefund(this.order as never, amountMinor).reaction as unknown as Reaction<Paid>;
    } catch (error) {
      if (error instanceof NotRefundable) return undefined;
      throw error;
    }
  }

  private take({ order, says }: Reaction<Paid>, snapshot = false): void {
    this.order = order;
    this.say(says, snapshot);
  }

  private say(messages: readonly Said[], snapshot: boolean): void {
    for (const says of messages) {
      const stream = streamOf(says);
      const version = (this.versions.get(stream) ?? 0) + 1;
      this.versions.set(stream, version);
      const { total, refundGoalMinor } = this.order;
      const payload = { amount: total, total: { ...total, amountMinor: refundGoalMinor } };
      this.unheard.push({
        id: randomUUID(),
        stream,
        version,
        says,
        payload,
        snapshot: snapshot || says === 'OrderSnapshot',
      });
    }
  }
}

function streamOf(says: Said): Stream {
  if (says.endsWith('Stock')) return 'stock.commands';
  return says.endsWith('Payment') ? 'payment.commands' : 'orders';
}

import {
  type Decision,
  type OrderState,
  placed,
  type Report,
  type Said,
} from '../../../apps/order-processor/src/orders/order.machine.ts';
import { type ChannelName, type Message, message } from './channel.ts';
import { once, oncePerPair, type Part, Pool } from './part.ts';
import type { Rules } from './rules.ts';

/** The order's row. Its version only counts, so it stays 1. */
export interface Order extends OrderState {
  readonly isSettled: boolean;
  /** Read by a sweep that has let go of the lock since. Only where the rule of the lock is taken out. */
  readonly unsaid: readonly Said[];
}

/** What became of an order, to be stored once all that it says is said; `wrong`: it is against the tables. */
export interface Reaction {
  readonly order: Part<Order>;
  readonly says: readonly (readonly [ChannelName, Message])[];
  readonly wrong?: string;
}

/** The whole price: it is given back at once or not at all. */
export const priceMinor = 1;

/** What the use cases of order-processor do, around the machine that they run. */
export class OrderProcessor {
  readonly pool = new Pool<Order>();
  readonly placed = this.pool.of({ ...placed, isSettled: false, unsaid: [] });
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** AdvanceOrder, for its own messages as for the reports of both sides. */
  readonly hear = oncePerPair((order: Part<Order>, { what }: Message): Reaction => {
    const isOwnLater = what.startsWith('Order') && what !== 'OrderPlaced';
    if (isOwnLater) return { order, says: [] };
    const told = isOfPayment(what) ? { refundedMinor: what === 'REFUNDED' ? priceMinor : 0 } : {};
    const reaction = this.#rules.react({ ...order, ...told }, what as Report);
    return reaction
      ? this.#reacted(order, reaction)
      : { order, says: [], wrong: `${what} is illegal: ${order.status}` };
  });

  readonly cancel = once((order: Part<Order>) => this.#decide(order, 'customer'));

  /** RefundOrder: all of it, once. */
  readonly refund = once((order: Part<Order>) => {
    const asked = order.refundGoalMinor > 0 ? undefined : this.#decide(order, 'refund');
    return asked && { ...asked, order: this.pool.of({ ...asked.order, refundGoalMinor: priceMinor }) };
  });

  /** AskAgain, under the order's lock. */
  sweep(order: Part<Order>, hasHeardItself: boolean): Reaction | undefined {
    return hasHeardItself ? this.#sweepAfterAll(order) : this.#sweepBefore(order);
  }
  readonly #sweepAfterAll = once((order: Part<Order>) => this.#sweep(order, true));
  readonly #sweepBefore = once((order: Part<Order>) => this.#sweep(order, false));

  /** Says what a sweep without a lock has read before. */
  readonly sayUnsaid = once((order: Part<Order>): Reaction => {
    const snapshots = order.unsaid.map((each) => address(each, true));
    return { order: this.pool.of({ ...order, unsaid: [] }), says: snapshots };
  });

  /** OrderRepository.save: whichever transaction makes it true settles the order. */
  settled(order: Part<Order>, hasHeardItself: boolean): Part<Order> {
    return hasHeardItself ? this.#settledIfAtRest(order) : this.#unsettled(order);
  }
  readonly #settledIfAtRest = once((order: Part<Order>) =>
    this.pool.of({ ...order, isSettled: this.#rules.isAtRest(order) }),
  );
  readonly #unsettled = once((order: Part<Order>) => this.pool.of({ ...order, isSettled: false }));

  #sweep(before: Part<Order>, hasHeardItself: boolean): Reaction | undefined {
    if (before.isSettled || before.unsaid.length > 0) return undefined;
    const { order, says } = this.#rules.askAgain(before, hasHeardItself);
    if (!this.#rules.isSweepLocked) return { order: this.pool.of({ ...before, unsaid: says }), says: [] };
    return { order: this.pool.of(order), says: says.map((each) => address(each, true)) };
  }

  #decide(order: Part<Order>, decision: Decision): Reaction | undefined {
    const reaction = order.status === 'CANCELLED' ? undefined : this.#rules.react(order, decision);
    return reaction && this.#reacted(order, reaction);
  }

  #reacted(before: Order, { order, says }: { order: Order; says: readonly Said[] }): Reaction {
    const isSnapshot = this.#rules.isReactionSnapshot(before);
    return { order: this.pool.of({ ...order, version: 1 }), says: says.map((each) => address(each, isSnapshot)) };
  }
}

function address(what: Said, snapshot: boolean): readonly [ChannelName, Message] {
  const to = what.endsWith('Stock') ? 'stockCommands' : what.endsWith('Payment') ? 'paymentCommands' : 'orders';
  return [to, message(what, snapshot)];
}

const isOfPayment = (report: string): boolean =>
  ['REQUESTED', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'DECLINED', 'VOIDED'].includes(report);

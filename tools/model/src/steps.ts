import { type Arrival, type ChannelName, type Handled, type Message, message } from './channel.ts';
import type { Reaction } from './order-processor.ts';
import type { Part } from './part.ts';
import { type Bounds, channelNames, type State, type World } from './world.ts';

/** Takes a step. `what` is composed only when its story is told; `wrong`: the step is against the tables. */
export type Take = (after: State, what: () => string, wrong?: string) => void;

/** A state while a step is taken. */
type Draft = { -readonly [K in keyof State]: State[K] };

const readers: Readonly<Record<ChannelName, string>> = {
  orders: 'order-processor',
  stock: 'order-processor',
  payments: 'order-processor',
  stockCommands: 'catalog',
  paymentCommands: 'payment',
};

const verbs: Readonly<Record<Arrival['kind'], (what: string, reader: string) => string>> = {
  deliver: (what, reader) => `${reader} gets ${what}`,
  duplicate: (what, reader) => `${reader} gets ${what}, which stays on its way`,
  block: (what, reader) => `${what} fails for good: ${reader} blocks its stream`,
  lose: (what) => `${what} is lost`,
  redrive: (what, reader) => `${what} is redriven at ${reader}`,
  discard: (what, reader) => `${what} is discarded at ${reader}`,
};

const costs: Readonly<Record<Arrival['kind'], keyof Bounds | undefined>> = {
  deliver: undefined,
  duplicate: 'duplicates',
  block: 'blocks',
  lose: 'losses',
  redrive: undefined,
  discard: undefined,
};

/** What may happen next in a world. */
export class Steps {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get first(): Omit<State, 'left'> {
    const { orderProcessor, catalog, payment, channels } = this.#world;
    const { orders, stockCommands, paymentCommands, stock, payments } = channels;
    return {
      order: orderProcessor.placed,
      shelf: catalog.opened,
      money: payment.nothingAsked,
      orders: orders.say(orders.empty, message('OrderPlaced', false)),
      stockCommands: stockCommands.empty,
      paymentCommands: paymentCommands.empty,
      stock: stock.empty,
      payments: payments.empty,
    };
  }

  /** All that may happen, faults and decisions included. */
  all(state: State, take: Take): void {
    this.#messages(state, take);
    this.#operations(state, take);
    this.#sayUnsaid(state, take);
    this.#decisions(state, take);
    for (const [what, shelf] of this.#world.catalog.competition(state.shelf)) take({ ...state, shelf }, () => what);
    const isQuiet = this.#isQuiet(state);
    const left = isQuiet ? state.left : this.#spend(state.left, 'earlySweeps');
    if (left) this.#sweep({ ...state, left }, isQuiet ? 'the sweep asks' : 'the sweep asks too early', take);
  }

  /** Nothing more happens: all is quiet and the sweep does nothing. */
  isEnd(state: State): boolean {
    if (!this.#isQuiet(state)) return false;
    const reaction = this.#world.orderProcessor.sweep(state.order, state.orders.last === 0);
    if (!reaction) return true;
    return (
      reaction.says.length === 0 && this.#store({ ...state }, reaction, state.orders.last === 0).order === state.order
    );
  }

  /** What happens once there are no faults left and nobody decides anything more. */
  withoutFaults(state: State, take: Take): void {
    this.#messages(state, take);
    this.#operations(state, take);
    this.#sayUnsaid(state, take);
    if (this.#isQuiet(state)) this.#sweep(state, 'the sweep asks', take);
  }

  #messages(state: State, take: Take): void {
    for (const name of channelNames) {
      for (const arrival of this.#world.channels[name].arrivals(state[name])) {
        const cost = costs[arrival.kind];
        const left = cost ? this.#spend(state.left, cost) : state.left;
        if (left) this.#arrive({ ...state, left }, name, arrival, take);
      }
    }
  }

  #arrive(after: Draft, name: ChannelName, arrival: Arrival, take: Take): void {
    after[name] = arrival.after;
    let wrong: string | undefined;
    for (const handled of arrival.handled) {
      const answer = this.#handle(after, name, handled);
      wrong ??= answer;
    }
    take(after, () => verbs[arrival.kind](arrival.what, readers[name]), wrong);
  }

  /** Returns what is wrong with it. */
  #handle(after: Draft, name: ChannelName, { message: said, isLast }: Handled): string | undefined {
    const { orderProcessor, catalog, payment } = this.#world;
    if (name === 'stockCommands') {
      const answer = catalog.obey(after.shelf, said);
      after.shelf = answer.after;
      this.#report(after, 'stock', answer.report);
      return answer.wrong;
    }
    if (name === 'paymentCommands') {
      const answer = payment.obey(after.money, said);
      after.money = answer.after;
      this.#report(after, 'payments', answer.report);
      return answer.wrong;
    }
    const reaction = orderProcessor.hear(after.order, said);
    this.#store(after, reaction, name === 'orders' ? isLast : after.orders.last === 0);
    return reaction.wrong;
  }

  #operations(state: State, take: Take): void {
    for (const { what, after: money, report, wrong, isFault } of this.#world.payment.progress(state.money)) {
      const left = isFault ? this.#spend(state.left, 'duplicates') : state.left;
      if (!left) continue;
      const after = { ...state, left, money };
      this.#report(after, 'payments', report);
      take(after, () => what, wrong);
    }
  }

  #decisions(state: State, take: Take): void {
    const { cancel, refund } = this.#world.orderProcessor;
    const cancelled = state.left.cancels > 0 ? cancel(state.order) : undefined;
    if (cancelled) take(this.#decided(state, 'cancels', cancelled), () => 'the customer cancels');
    const refunding = state.left.refunds > 0 ? refund(state.order) : undefined;
    if (refunding) take(this.#decided(state, 'refunds', refunding), () => 'a refund is asked');
  }

  #decided(state: State, which: keyof Bounds, reaction: Reaction): State {
    return this.#store({ ...state, left: this.#spend(state.left, which)! }, reaction, state.orders.last === 0);
  }

  #sayUnsaid(state: State, take: Take): void {
    if (state.order.unsaid.length === 0) return;
    const reaction = this.#world.orderProcessor.sayUnsaid(state.order);
    take(this.#store({ ...state }, reaction, state.orders.last === 0), () => 'the sweep says what it read before');
  }

  #sweep(state: State, what: string, take: Take): void {
    const reaction = this.#world.orderProcessor.sweep(state.order, state.orders.last === 0);
    if (reaction) take(this.#store({ ...state }, reaction, state.orders.last === 0), () => what);
  }

  /** Says what an order says, and then stores it, when it is known whether it has heard itself. */
  #store(after: Draft, { order, says }: Reaction, hasHeardItself: boolean): State {
    let heard = hasHeardItself;
    for (const [name, said] of says) {
      after[name] = this.#world.channels[name].say(after[name], said);
      heard &&= name !== 'orders';
    }
    after.order = this.#world.orderProcessor.settled(order, heard);
    return after;
  }

  #report(after: Draft, name: 'stock' | 'payments', report: Message | undefined): void {
    if (report) after[name] = this.#world.channels[name].say(after[name], report);
  }

  /** Nothing will happen by itself. */
  #isQuiet(state: State): boolean {
    return (
      channelNames.every((name) => this.#world.channels[name].isQuiet(state[name])) &&
      state.order.unsaid.length === 0 &&
      this.#world.payment.progress(state.money).length === 0
    );
  }

  readonly #spentBy = {
    losses: this.#spending('losses'),
    duplicates: this.#spending('duplicates'),
    earlySweeps: this.#spending('earlySweeps'),
    blocks: this.#spending('blocks'),
    cancels: this.#spending('cancels'),
    refunds: this.#spending('refunds'),
  };

  #spend(left: Part<Bounds>, which: keyof Bounds): Part<Bounds> | undefined {
    return left[which] > 0 ? this.#spentBy[which](left) : undefined;
  }

  #spending(which: keyof Bounds) {
    const known: Part<Bounds>[] = [];
    return (left: Part<Bounds>) => (known[left.id] ??= this.#world.bounds.of({ ...left, [which]: left[which] - 1 }));
  }
}

import { type Arrival, type ChannelName, type Handled, type Message, message } from './channel.ts';
import type { Reaction } from './order-processor.ts';
import type { Part } from './part.ts';
import { type Bounds, channelNames, type State, type World } from './world.ts';

/** Takes a step. `what` is composed only when its story is told; `wrong`: the step is against the tables. */
export type Take = (after: State, what: () => string, wrong?: string) => void;

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
};

const costs: Readonly<Record<Arrival['kind'], keyof Bounds | undefined>> = {
  deliver: undefined,
  duplicate: 'duplicates',
  block: 'blocks',
  lose: 'losses',
  redrive: undefined,
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
    return reaction.says.length === 0 && this.#store(state, reaction, state.orders.last === 0).order === state.order;
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
        if (!left) continue;
        const arrived = { ...state, left };
        arrived[name] = arrival.after;
        this.#arrive(arrived, name, arrival, take);
      }
    }
  }

  #arrive(state: State, name: ChannelName, { kind, what, handled }: Arrival, take: Take): void {
    let after = state;
    let wrong: string | undefined;
    for (const each of handled) {
      const handling = this.#handle(after, name, each);
      after = handling.after;
      wrong ??= handling.wrong;
    }
    take(after, () => verbs[kind](what, readers[name]), wrong);
  }

  #handle(state: State, name: ChannelName, { message: said, isLast }: Handled): { after: State; wrong?: string } {
    const { orderProcessor, catalog, payment, channels } = this.#world;
    if (name === 'stockCommands') {
      const { after: shelf, report, wrong } = catalog.obey(state.shelf, said);
      return {
        after: { ...state, shelf, stock: report ? channels.stock.say(state.stock, report) : state.stock },
        wrong,
      };
    }
    if (name === 'paymentCommands') {
      const { after: money, report, wrong } = payment.obey(state.money, said);
      return { after: { ...state, money, payments: this.#report(state, report) }, wrong };
    }
    const reaction = orderProcessor.hear(state.order, said);
    const after = this.#store(state, reaction, name === 'orders' ? isLast : state.orders.last === 0);
    return { after, wrong: reaction.wrong };
  }

  #operations(state: State, take: Take): void {
    for (const { what, after: money, report, wrong, isFault } of this.#world.payment.progress(state.money)) {
      const left = isFault ? this.#spend(state.left, 'duplicates') : state.left;
      if (!left) continue;
      take({ ...state, left, money, payments: this.#report(state, report) }, () => what, wrong);
    }
  }

  #decisions(state: State, take: Take): void {
    const { cancel, refund } = this.#world.orderProcessor;
    const cancelled = state.left.cancels > 0 ? cancel(state.order) : undefined;
    if (cancelled) take(this.#decided(state, 'cancels', cancelled), () => 'the customer cancels');
    const refunding = state.left.refunds > 0 ? refund(state.order) : undefined;
    if (refunding) take(this.#decided(state, 'refunds', refunding), () => 'a refund is asked');
  }

  #sayUnsaid(state: State, take: Take): void {
    if (state.order.unsaid.length === 0) return;
    const reaction = this.#world.orderProcessor.sayUnsaid(state.order);
    take(this.#store(state, reaction, state.orders.last === 0), () => 'the sweep says what it read before');
  }

  #decided(state: State, which: keyof Bounds, reaction: Reaction): State {
    return this.#store({ ...state, left: this.#spend(state.left, which)! }, reaction, state.orders.last === 0);
  }

  #sweep(state: State, what: string, take: Take): void {
    const reaction = this.#world.orderProcessor.sweep(state.order, state.orders.last === 0);
    if (reaction) take(this.#store(state, reaction, state.orders.last === 0), () => what);
  }

  /** Says what an order says, and then stores it, when it is known whether it has heard itself. */
  #store(state: State, { order, says }: Reaction, hasHeardItself: boolean): State {
    let heard = hasHeardItself;
    const after = { ...state };
    for (const [name, said] of says) {
      after[name] = this.#world.channels[name].say(after[name], said);
      heard &&= name !== 'orders';
    }
    after.order = this.#world.orderProcessor.settled(order, heard);
    return after;
  }

  #report({ payments }: State, report: Message | undefined): State['payments'] {
    return report ? this.#world.channels.payments.say(payments, report) : payments;
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

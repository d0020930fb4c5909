export type OrderStatus = 'PLACED' | 'RESERVING' | 'AUTHORIZING' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED';
export type CancelReason = 'out_of_stock' | 'declined' | 'customer' | 'deadline';

export type StockState = 'RESERVED' | 'REJECTED' | 'COMMITTED' | 'RELEASED';
export type PaymentState = 'REQUESTED' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDED' | 'DECLINED' | 'VOIDED';
export type StockGoal = 'reserve' | 'commit' | 'release';
export type PaymentGoal = 'authorize' | 'capture' | 'cancel';

/** What the order is told: its own beginning, or the state that a side is in now. */
export type Report = 'OrderPlaced' | StockState | PaymentState;
/** What is decided about it: by a person or by the clock. */
export type Decision = 'customer' | 'deadline' | 'refund';
export type Trigger = Report | Decision;

export type StockCommand = 'ReserveStock' | 'CommitStock' | 'ReleaseStock';
export type PaymentCommand = 'AuthorizePayment' | 'CapturePayment' | 'CancelPayment' | 'RefundPayment';
/** What an order says: events on its own stream, and commands to both sides. */
export type Said =
  | 'OrderPlaced'
  | 'OrderConfirmed'
  | 'OrderCancelled'
  | 'OrderCompleted'
  | 'OrderSnapshot'
  | StockCommand
  | PaymentCommand;

/** Of an order, all that decides what happens next. */
export interface OrderState {
  readonly status: OrderStatus;
  /** Counts the transitions; the first status has 1. */
  readonly version: number;
  readonly cancelReason: CancelReason | null;
  /** The goal last said to each side; null: never asked. */
  readonly stockGoal: StockGoal | null;
  readonly paymentGoal: PaymentGoal | null;
  /** The last report applied from each side. */
  readonly stockSeen: StockState | null;
  readonly paymentSeen: PaymentState | null;
  /** The total asked to be given back so far, and the total that payment says is back. */
  readonly refundGoalMinor: number;
  readonly refundedMinor: number;
}

/** An order as it begins: nobody was asked for anything yet. */
export const placed: OrderState = {
  status: 'PLACED',
  version: 1,
  cancelReason: null,
  stockGoal: null,
  paymentGoal: null,
  stockSeen: null,
  paymentSeen: null,
  refundGoalMinor: 0,
  refundedMinor: 0,
};

export interface Transition {
  readonly to: OrderStatus;
  readonly reason?: CancelReason;
  readonly says: readonly Said[];
}

const cancelled = (reason: CancelReason, ...compensations: Said[]): Transition => ({
  to: 'CANCELLED',
  reason,
  says: ['OrderCancelled', ...compensations],
});
const byCustomer = cancelled('customer', 'ReleaseStock', 'CancelPayment');
const atDeadline = cancelled('deadline', 'ReleaseStock', 'CancelPayment');

/** The deadline stops at CONFIRMED: by then the money may be taken and only its report late. */
export const transitions: Readonly<Record<OrderStatus, Readonly<Partial<Record<Trigger, Transition>>>>> = {
  PLACED: {
    OrderPlaced: { to: 'RESERVING', says: ['ReserveStock'] },
    customer: byCustomer,
    deadline: atDeadline,
  },
  RESERVING: {
    RESERVED: { to: 'AUTHORIZING', says: ['AuthorizePayment'] },
    REJECTED: cancelled('out_of_stock'),
    customer: byCustomer,
    deadline: atDeadline,
  },
  AUTHORIZING: {
    AUTHORIZED: { to: 'CONFIRMED', says: ['OrderConfirmed', 'CapturePayment'] },
    DECLINED: cancelled('declined', 'ReleaseStock'),
    VOIDED: cancelled('declined', 'ReleaseStock'),
    customer: byCustomer,
    deadline: atDeadline,
  },
  CONFIRMED: {
    CAPTURED: { to: 'COMPLETED', says: ['OrderCompleted', 'CommitStock'] },
    VOIDED: cancelled('declined', 'ReleaseStock'),
    customer: byCustomer,
  },
  COMPLETED: {
    refund: { to: 'COMPLETED', says: ['RefundPayment'] },
  },
  CANCELLED: {},
};

const anyPaymentState = ['REQUESTED', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'DECLINED', 'VOIDED'] as const;

/** Reports that come late but are legal: they are noted as seen, and nothing more. */
export const legalWithoutEffect: Readonly<Record<OrderStatus, readonly Report[]>> = {
  PLACED: [],
  RESERVING: ['OrderPlaced'],
  AUTHORIZING: ['OrderPlaced', 'RESERVED', 'REQUESTED'],
  CONFIRMED: ['OrderPlaced', 'RESERVED', 'AUTHORIZED'],
  COMPLETED: ['OrderPlaced', 'RESERVED', 'COMMITTED', 'CAPTURED', 'REFUNDED'],
  CANCELLED: ['OrderPlaced', 'RESERVED', 'REJECTED', 'RELEASED', ...anyPaymentState],
};

/** Where each command says that its side must end. A refund is a total beside the goal, not a goal. */
export const goals: Readonly<Partial<Record<Said, Pick<Partial<OrderState>, 'stockGoal' | 'paymentGoal'>>>> = {
  ReserveStock: { stockGoal: 'reserve' },
  CommitStock: { stockGoal: 'commit' },
  ReleaseStock: { stockGoal: 'release' },
  AuthorizePayment: { paymentGoal: 'authorize' },
  CapturePayment: { paymentGoal: 'capture' },
  CancelPayment: { paymentGoal: 'cancel' },
};

const itLeavesTheState = () => false;

export interface Question {
  readonly says: Said;
  readonly until: (order: OrderState) => boolean;
}

/** What each state asks for again when all is quiet, and until when. */
export const asksAgain: Readonly<Record<OrderStatus, readonly Question[]>> = {
  PLACED: [{ says: 'OrderPlaced', until: itLeavesTheState }],
  RESERVING: [{ says: 'ReserveStock', until: itLeavesTheState }],
  AUTHORIZING: [{ says: 'AuthorizePayment', until: itLeavesTheState }],
  CONFIRMED: [{ says: 'CapturePayment', until: itLeavesTheState }],
  COMPLETED: [
    { says: 'CommitStock', until: ({ stockSeen }) => stockSeen === 'COMMITTED' },
    { says: 'RefundPayment', until: ({ refundGoalMinor, refundedMinor }) => refundedMinor >= refundGoalMinor },
  ],
  CANCELLED: [
    { says: 'ReleaseStock', until: ({ stockSeen }) => isOneOf(stockSeen, 'RELEASED', 'REJECTED') },
    { says: 'CancelPayment', until: ({ paymentSeen }) => isOneOf(paymentSeen, 'VOIDED', 'DECLINED', 'REFUNDED') },
  ],
};

/** When a compensation is said: never to a side that was not asked, which has nothing to give back. */
const compensates: Readonly<Partial<Record<Said, (order: OrderState) => boolean>>> = {
  ReleaseStock: ({ stockGoal }) => stockGoal !== null,
  CancelPayment: ({ paymentGoal }) => paymentGoal !== null,
};

/** Where a report is remembered; the order's own beginning needs no memory. */
const rememberedIn: Readonly<Partial<Record<Trigger, 'stockSeen' | 'paymentSeen'>>> = {
  RESERVED: 'stockSeen',
  REJECTED: 'stockSeen',
  COMMITTED: 'stockSeen',
  RELEASED: 'stockSeen',
  REQUESTED: 'paymentSeen',
  AUTHORIZED: 'paymentSeen',
  CAPTURED: 'paymentSeen',
  REFUNDED: 'paymentSeen',
  DECLINED: 'paymentSeen',
  VOIDED: 'paymentSeen',
};

export interface Reaction<O extends OrderState> {
  readonly order: O;
  readonly says: readonly Said[];
}

/** What a trigger makes of an order; undefined: it is illegal in this state. */
export function react<O extends OrderState>(order: O, trigger: Trigger): Reaction<O> | undefined {
  const transition = transitions[order.status][trigger];
  if (!transition) return isLate(order, trigger) ? { order: remember(order, trigger), says: [] } : undefined;

  const { to: status, reason: cancelReason = order.cancelReason, says } = transition;
  return say({ ...remember(order, trigger), status, cancelReason, version: order.version + 1 }, says);
}

/**
 * What an order says again when it heard nothing for a while, all of it as snapshots. `hasHeardItself`: its own messages
 * have come back to it; if not, one of them was lost, which in PLACED is the OrderPlaced that is said again anyway.
 */
export function askAgain<O extends OrderState>(order: O, hasHeardItself: boolean): Reaction<O> {
  const says = asksAgain[order.status].filter(({ until }) => !until(order)).map((question) => question.says);
  const missesItself = !hasHeardItself && order.status !== 'PLACED';
  return say(order, missesItself ? [...says, 'OrderSnapshot'] : says);
}

/** Whether the order has ended. */
export const isOver = ({ status }: Pick<OrderState, 'status'>): boolean => isOneOf(status, 'COMPLETED', 'CANCELLED');

/** Whether no side owes it anything, which takes that it has ended; once it has heard itself too, it is settled. */
export const isAtRest = (order: OrderState): boolean => askAgain(order, true).says.length === 0;

const isLate = ({ status }: OrderState, trigger: Trigger) => isOneOf<Trigger>(trigger, ...legalWithoutEffect[status]);

function remember<O extends OrderState>(order: O, trigger: Trigger): O {
  const memory = rememberedIn[trigger];
  return memory ? { ...order, [memory]: trigger } : order;
}

function say<O extends OrderState>(order: O, messages: readonly Said[]): Reaction<O> {
  const says = messages.filter((message) => compensates[message]?.(order) ?? true);
  const said = says.map((message) => goals[message]);
  return { order: Object.assign({}, order, ...said) as O, says };
}

function isOneOf<T>(value: T | null, ...values: readonly T[]): boolean {
  return values.some((candidate) => candidate === value);
}

import type { Money } from '@towpath/money';

/** `REQUESTED → AUTHORIZED → CAPTURED → REFUNDED`, or DECLINED, VOIDED. NONE: nothing was ever asked. */
export type PaymentState = 'NONE' | 'REQUESTED' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDED' | 'DECLINED' | 'VOIDED';

/** Where the payment must end; later ones win over earlier ones. */
export type Goal = 'authorize' | 'capture' | 'cancel';

export type OperationKind = 'authorize' | 'capture' | 'void' | 'refund';

/** What the table needs to know of a payment. Amounts are integer minor units of its currency. */
export interface Situation {
  readonly state: PaymentState;
  readonly goal: Goal;
  readonly amountMinor: number;
  /** The total to be given back, counted from the start. */
  readonly refundGoalMinor: number;
  readonly refundedMinor: number;
  /** The one operation without a definite outcome. Claimed: the provider may have heard of it. */
  readonly operation?: { readonly kind: OperationKind; readonly claimed: boolean; readonly needsReview?: boolean };
}

/** A payment with what it was asked for: unknown when it was cancelled before anyone asked for money. */
export interface Asked extends Situation {
  readonly currency?: string;
  readonly paymentMethod?: string;
}

/**
 * What to do now: start an operation, `drop` the one that was never claimed and ask again, `close` without a call (VOIDED:
 * nothing is held and nothing ever will be), or nothing: all is as it should be (`stay`), or an operation's outcome is
 * awaited (`wait`).
 */
export type Step = OperationKind | 'drop' | 'close' | 'stay' | 'wait' | 'illegal';

type Aim = Goal | 'refund';
type Row = Readonly<Record<Aim, Step>>;

const whenNothingIsOpen: Readonly<Record<PaymentState, Row>> = {
  NONE: { authorize: 'authorize', capture: 'illegal', refund: 'illegal', cancel: 'close' },
  REQUESTED: { authorize: 'illegal', capture: 'illegal', refund: 'illegal', cancel: 'close' },
  AUTHORIZED: { authorize: 'stay', capture: 'capture', refund: 'illegal', cancel: 'void' },
  CAPTURED: { authorize: 'stay', capture: 'stay', refund: 'refund', cancel: 'refund' },
  REFUNDED: { authorize: 'stay', capture: 'stay', refund: 'stay', cancel: 'stay' },
  DECLINED: { authorize: 'stay', capture: 'stay', refund: 'stay', cancel: 'stay' },
  VOIDED: { authorize: 'stay', capture: 'stay', refund: 'stay', cancel: 'stay' },
};

const whenNeverClaimed: Readonly<Record<OperationKind, Row>> = {
  authorize: { authorize: 'stay', capture: 'stay', refund: 'illegal', cancel: 'drop' },
  capture: { authorize: 'stay', capture: 'stay', refund: 'illegal', cancel: 'drop' },
  void: { authorize: 'stay', capture: 'stay', refund: 'stay', cancel: 'stay' },
  refund: { authorize: 'stay', capture: 'stay', refund: 'stay', cancel: 'stay' },
};

// Nothing is sent beside an unanswered operation: a void would overtake its authorize, or race its capture.
const whenClaimed: Row = { authorize: 'wait', capture: 'wait', refund: 'wait', cancel: 'wait' };

/** The table of the payment, state × goal. */
export const nextStep = (payment: Situation): Step => rowOf(payment)[aimOf(payment)];

function rowOf({ state, operation }: Situation): Row {
  if (!operation) return whenNothingIsOpen[state];
  return operation.claimed ? whenClaimed : whenNeverClaimed[operation.kind];
}

const aimOf = (payment: Situation): Aim =>
  payment.goal !== 'cancel' && payment.refundGoalMinor > payment.refundedMinor ? 'refund' : payment.goal;

const rank: Readonly<Record<Goal, number>> = { authorize: 0, capture: 1, cancel: 2 };

/** The higher of two goals: a goal only moves up. */
export const higher = (one: Goal, other: Goal): Goal => (rank[other] > rank[one] ? other : one);

/** What a command wants of a payment. */
export type Wish =
  | { readonly goal: 'authorize'; readonly amount: Money; readonly paymentMethod: string }
  | { readonly goal: 'capture' | 'cancel' }
  | { readonly goal: 'refund'; readonly total: Money };

/** The payment with the wish taken in; undefined when it contradicts what was asked before. */
export function wishing<P extends Asked>(payment: P, wish: Wish): P | undefined {
  if (wish.goal === 'authorize') return authorizing(payment, wish.amount, wish.paymentMethod);
  if (wish.goal === 'refund') return refunding(payment, wish.total);
  return changed(payment, { goal: higher(payment.goal, wish.goal) });
}

function authorizing<P extends Asked>(payment: P, amount: Money, paymentMethod: string): P | undefined {
  if (payment.state === 'NONE') return { ...payment, ...amount, paymentMethod };
  const closedBefore = payment.currency === undefined;
  const same = payment.amountMinor === amount.amountMinor && payment.currency === amount.currency;
  return closedBefore || same ? payment : undefined;
}

function refunding<P extends Asked>(payment: P, total: Money): P | undefined {
  if (payment.currency !== total.currency || total.amountMinor > payment.amountMinor) return undefined;
  return changed(payment, { refundGoalMinor: Math.max(payment.refundGoalMinor, total.amountMinor) });
}

/** The same payment where nothing changes. */
function changed<P extends Asked>(payment: P, to: Partial<Pick<Asked, 'goal' | 'refundGoalMinor'>>): P {
  const same = Object.entries(to).every(([key, value]) => payment[key as keyof typeof to] === value);
  return same ? payment : { ...payment, ...to };
}

/** What a step makes of a payment; `open` makes the operation that it starts. */
export function stepped<P extends Asked>(
  payment: P,
  step: OperationKind | 'close',
  open: (kind: OperationKind) => P['operation'],
): P {
  if (step === 'close') return { ...payment, state: 'VOIDED' };
  return { ...payment, state: step === 'authorize' ? 'REQUESTED' : payment.state, operation: open(step) };
}

/** Once something was asked there is a state to report. */
export interface Reportable {
  readonly state: Exclude<PaymentState, 'NONE'>;
}

/** Whether payment says where it is now: when what others know of it has changed, and always when it is asked to. */
export function isReported<P extends Situation>(
  before: Situation,
  after: P,
  isDemanded: boolean,
): after is P & Reportable {
  return after.state !== 'NONE' && (isDemanded || told(after) !== told(before));
}

const told = ({ state, refundedMinor, operation }: Situation): string =>
  [state, refundedMinor, operation?.needsReview ?? false].join(' ');

/** A definite outcome, whether the provider answered so or was looked up and found so. */
export type Outcome =
  | { readonly is: 'authorized' | 'declined' | 'captured' | 'voided' | 'captureRefused' }
  | { readonly is: 'refunded'; readonly totalMinor: number };

type Settled = Pick<Situation, 'state' | 'goal' | 'refundedMinor'>;

const outcomes: Readonly<Partial<Record<PaymentState, Partial<Record<Outcome['is'], PaymentState>>>>> = {
  REQUESTED: { authorized: 'AUTHORIZED', declined: 'DECLINED', captured: 'CAPTURED', voided: 'VOIDED' },
  AUTHORIZED: { captured: 'CAPTURED', captureRefused: 'AUTHORIZED', voided: 'VOIDED' },
  CAPTURED: { refunded: 'CAPTURED' },
};

/** What an outcome makes of a payment; undefined when it cannot be one of the payment's open operation. */
export function settle(payment: Situation, outcome: Outcome): Settled | undefined {
  const state = outcomes[payment.state]?.[outcome.is];
  if (!state) return undefined;
  if (outcome.is !== 'refunded') {
    // A refused capture leaves the money held, and no one is going to take it.
    const goal = outcome.is === 'captureRefused' ? 'cancel' : payment.goal;
    return { state, goal, refundedMinor: payment.refundedMinor };
  }
  const refundedMinor = outcome.totalMinor;
  return { state: refundedMinor === payment.amountMinor ? 'REFUNDED' : state, goal: payment.goal, refundedMinor };
}

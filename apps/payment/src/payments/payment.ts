import { type Money, subtract } from '@towpath/money';

import { higher, type Situation } from './payment.machine.ts';

/** The payment of one order. */
export interface Payment extends Situation {
  readonly id: string;
  readonly orderId: string;
  /** Counts what was stored; 0 until something was. */
  readonly version: number;
  /** Unknown, as the payment method, when it was cancelled before anyone asked for money. */
  readonly currency?: string;
  readonly paymentMethod?: string;
  /** The provider's name for it. */
  readonly providerReference?: string;
  readonly declineReason?: string;
  readonly operation?: OpenOperation;
}

export interface OpenOperation extends NonNullable<Situation['operation']> {
  readonly id: string;
  /** What it holds, takes, lets go or gives back. */
  readonly amountMinor: number;
  /** Its outcome may take long, and a person must look. */
  readonly needsReview: boolean;
}

/** So much of the payment's currency. */
export const ofPayment = ({ currency = '' }: Pick<Payment, 'currency'>, amountMinor: number): Money => ({
  amountMinor,
  currency,
});

/** What a refund started now would give back. */
export function owed(payment: Payment): Money {
  const { goal, amountMinor, refundGoalMinor, refundedMinor } = payment;
  const wanted = ofPayment(payment, goal === 'cancel' ? amountMinor : refundGoalMinor);
  return subtract(wanted, ofPayment(payment, refundedMinor));
}

/** What a command wants of a payment. */
export type Wish =
  | { readonly goal: 'authorize'; readonly amount: Money; readonly paymentMethod: string }
  | { readonly goal: 'capture' | 'cancel' }
  | { readonly goal: 'refund'; readonly total: Money };

/** The payment with the wish taken in; undefined when it contradicts what was asked before. */
export function wishing(payment: Payment, wish: Wish): Payment | undefined {
  if (wish.goal === 'authorize') return authorizing(payment, wish.amount, wish.paymentMethod);
  if (wish.goal === 'refund') return refunding(payment, wish.total);
  return changed(payment, { goal: higher(payment.goal, wish.goal) });
}

function authorizing(payment: Payment, amount: Money, paymentMethod: string): Payment | undefined {
  if (payment.state === 'NONE') return { ...payment, ...amount, paymentMethod };
  const closedBefore = payment.currency === undefined;
  const same = payment.amountMinor === amount.amountMinor && payment.currency === amount.currency;
  return closedBefore || same ? payment : undefined;
}

function refunding(payment: Payment, total: Money): Payment | undefined {
  if (payment.currency !== total.currency || total.amountMinor > payment.amountMinor) return undefined;
  return changed(payment, { refundGoalMinor: Math.max(payment.refundGoalMinor, total.amountMinor) });
}

/** The same payment where nothing changes. */
function changed<K extends 'goal' | 'refundGoalMinor'>(payment: Payment, to: Pick<Payment, K>): Payment {
  const same = Object.entries(to).every(([key, value]) => payment[key as K] === value);
  return same ? payment : { ...payment, ...to };
}

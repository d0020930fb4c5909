import { type Money, subtract } from '@towpath/money';

import type { Asked, Situation } from './payment.machine.ts';

/** The payment of one order. */
export interface Payment extends Asked {
  readonly id: string;
  readonly orderId: string;
  /** Counts what was stored; 0 until something was. */
  readonly version: number;
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

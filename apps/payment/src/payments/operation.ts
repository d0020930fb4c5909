import { add, type Money } from '@towpath/money';

import type { OperationKind, Outcome } from './payment.machine.ts';

/** An operation as its worker sees it, with what the provider must be told. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly orderId: string;
  /** What it holds, takes, lets go or gives back. */
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly providerReference: string | null;
  /** Given back before. */
  readonly refundedMinor: number;
  readonly idemKey: string;
  /**
   * `send`: say it, again if need be. `find`: its outcome is unknown and saying it again would not tell. `adopt`: it was
   * refused, so what is true there instead is taken over.
   */
  readonly approach: 'send' | 'find' | 'adopt';
  /** Counts from 1. */
  readonly attempt: number;
  /** First sent so long ago that the provider may have forgotten its key. */
  readonly overdue: boolean;
  readonly traceparent: string | null;
}

/** What is given back in all once the refund is done. */
export function totalAfter({ refundedMinor, amountMinor, currency }: Refunding): Money {
  return add({ amountMinor: refundedMinor, currency }, { amountMinor, currency });
}

export type Refunding = Pick<Operation, 'refundedMinor' | 'amountMinor' | 'currency'>;

/** What the provider said, or is found to have done. */
export type Answer =
  | Definite
  /** It will not do it. */
  | { readonly is: 'refused'; readonly reason: string }
  /** It holds or took another amount than was asked for: nothing is booked of it, and only a person can put it right. */
  | { readonly is: 'differs'; readonly reason: string }
  /** It may have done it, and may yet do it. Conclusive: asking the same again would tell the same. */
  | { readonly is: 'unknown'; readonly reason: string; readonly conclusive: boolean };

export type Definite = Outcome & { readonly providerReference?: string; readonly reason?: string };

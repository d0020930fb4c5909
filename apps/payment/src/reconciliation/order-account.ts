/** A charge as the provider has it. Amounts are integer minor units. */
export interface Charge {
  readonly reference: string;
  /** `requires_capture`: held; `succeeded`: taken. */
  readonly status: string;
  readonly amountMinor: number;
  readonly refundedMinor: number;
  /** In capitals. */
  readonly currency: string;
}

export interface BookedPayment {
  readonly state: 'REQUESTED' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDED' | 'DECLINED' | 'VOIDED';
  /** None of a payment that was closed before anyone asked for money. */
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly refundedMinor: number;
  readonly reference: string | null;
  readonly needsReview: boolean;
  /** Of the ledger: taken and given back. */
  readonly ledgerTakenMinor: number;
  readonly ledgerRefundedMinor: number;
  /** Transfers of which one side is missing. */
  readonly unbalanced: number;
}

export interface KnownOrder {
  readonly status: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly refundGoalMinor: number;
  /** Not: it still is asked about every now and then. */
  readonly settled: boolean;
}

/** All that is known of the money of one order, wherever it is kept. */
export interface OrderAccount {
  readonly orderId: string;
  readonly charges: readonly Charge[];
  readonly payment: BookedPayment | null;
  readonly order: KnownOrder | null;
  /** Whether the orders of its time were asked for, so that a missing one is missing. */
  readonly ordersAsked: boolean;
  /** Something is young or still happens: what differs now may agree in a moment. */
  readonly underWay: boolean;
}

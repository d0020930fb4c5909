import Stripe from 'stripe';

import type { Answer, Operation } from './operation.ts';

export const unknown = (reason: string, conclusive: boolean): Answer => ({ is: 'unknown', reason, conclusive });

/** What a charge at the provider says of an operation: never more than its state, if amount and order are ours. */
export function answerOfIntent({ orderId, amountMinor, currency }: Operation, intent: Stripe.PaymentIntent): Answer {
  const ours = intent.metadata.order_id === orderId;
  if (!ours || intent.amount !== amountMinor || intent.currency !== currency.toLowerCase()) {
    return unknown(`${intent.id} is not this charge: ${intent.amount} ${intent.currency}`, true);
  }
  const providerReference = intent.id;
  switch (intent.status) {
    case 'requires_capture':
      return { is: 'authorized', providerReference };
    case 'succeeded':
      return { is: 'captured', providerReference };
    case 'canceled':
      return { is: 'voided', providerReference };
    case 'requires_payment_method':
      return { is: 'declined', providerReference, reason: reasonOf(intent.last_payment_error ?? {}) };
    default:
      return unknown(`${intent.id} is ${intent.status}`, true);
  }
}

export function answerOfRefund({ amountMinor, refundedMinor }: Operation, refund: Stripe.Refund): Answer {
  if (refund.amount !== amountMinor) return unknown(`${refund.id} gave back ${refund.amount}`, true);
  if (refund.status === 'failed' || refund.status === 'canceled') return { is: 'refused', reason: refund.status };
  return { is: 'refunded', totalMinor: refundedMinor + refund.amount };
}

/**
 * A refusal is definite: the provider had the request and will not do it. All else leaves open whether it did: timeouts,
 * broken connections, 5xx, 409 (still at it) and 429; also 401 and 403, for an earlier request may have got through.
 */
export function answerOfError({ kind, approach }: Operation, error: unknown): Answer {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const { statusCode = 0, headers } = error;
  const reason = reasonOf(error);
  // A key that is known with other parameters, or with a failure that is said again for ever: only looking tells.
  if (error instanceof Stripe.errors.StripeIdempotencyError) return unknown(reason, true);
  if (statusCode >= 500) return unknown(reason, headers?.['idempotent-replayed'] === 'true');
  if (![400, 402, 404].includes(statusCode)) return unknown(reason, false);
  if (approach !== 'send') return unknown(reason, true);
  return kind === 'authorize' ? { is: 'declined', reason } : { is: 'refused', reason };
}

interface Refusal {
  readonly decline_code?: string;
  readonly code?: string;
  readonly message?: string;
}

const reasonOf = ({ decline_code, code, message }: Refusal): string => decline_code ?? code ?? message ?? 'unknown';

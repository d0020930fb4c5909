import Stripe from 'stripe';

import type { Answer, Operation } from './operation.ts';

export const unknown = (reason: string, conclusive: boolean): Answer => ({ is: 'unknown', reason, conclusive });

/** What a charge at the provider says of an operation, if it is the charge that we know. */
export function answerOfIntent(operation: Operation, intent: Stripe.PaymentIntent): Answer {
  const { id: providerReference, status } = intent;
  const inconclusive = unknown(`${providerReference} is ${status}`, true);
  if (!isOurs(operation, intent)) return unknown(`${providerReference} differs in order, amount or currency`, true);
  if (status === 'succeeded') return { is: 'captured', providerReference };
  if (status === 'canceled') return { is: 'voided', providerReference };
  // Of a capture or a void, that the money still is held says only that nothing has happened yet.
  if (operation.kind !== 'authorize') return inconclusive;
  if (status === 'requires_capture') return { is: 'authorized', providerReference };
  // Without an error it may still be at it.
  if (status !== 'requires_payment_method' || !intent.last_payment_error) return inconclusive;
  return { is: 'declined', providerReference, reason: reasonOf(intent.last_payment_error) };
}

function isOurs({ orderId, amountMinor, currency }: Operation, intent: Stripe.PaymentIntent): boolean {
  const taken = intent.status === 'succeeded' ? intent.amount_received : intent.amount;
  // What answers may be no Stripe at all, and then it answers anything.
  return intent.metadata?.order_id === orderId && taken === amountMinor && intent.currency === currency.toLowerCase();
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
  // Too many requests come as 400 too.
  const tooMany = error instanceof Stripe.errors.StripeRateLimitError;
  if (tooMany || ![400, 402, 404].includes(statusCode)) return unknown(reason, false);
  if (approach !== 'send') return unknown(reason, true);
  return kind === 'authorize' ? { is: 'declined', reason } : { is: 'refused', reason };
}

interface Refusal {
  readonly decline_code?: string;
  readonly code?: string;
  readonly message?: string;
}

const reasonOf = ({ decline_code, code, message }: Refusal): string => decline_code ?? code ?? message ?? 'unknown';

import Stripe from 'stripe';

import { type Answer, type Operation, type Refunding, totalAfter } from './operation.ts';

export const unknown = (reason: string, conclusive: boolean): Answer => ({ is: 'unknown', reason, conclusive });

/** What is read of a charge at the provider. */
export type Intent = Pick<Stripe.PaymentIntent, 'id' | 'status' | 'amount' | 'amount_received' | 'currency'> & {
  readonly metadata?: { readonly order_id?: string };
  readonly last_payment_error?: Refusal | null;
  readonly latest_charge?: string | Pick<Stripe.Charge, 'amount_refunded'> | null;
};

type Asked = Pick<Operation, 'kind' | 'orderId' | 'amountMinor' | 'currency'>;

/** What a charge at the provider says of an operation, if it is the charge that we know. */
export function answerOfIntent(asked: Asked, intent: Intent): Answer {
  const { id: providerReference, status } = intent;
  const inconclusive = unknown(`${providerReference} is ${status}`, true);
  // What answers may be no Stripe at all, and then it answers anything.
  if (intent.metadata?.order_id !== asked.orderId) return unknown(`${providerReference} differs in order`, true);
  if (status === 'canceled') return { is: 'voided', providerReference };
  // Of a capture or a void, that the money still is held says only that nothing has happened yet.
  if (status === 'requires_capture' && asked.kind !== 'authorize') return inconclusive;
  const difference = differenceOf(asked, intent);
  if (difference && holdsMoney(intent)) return { is: 'differs', reason: difference };
  // All of it is back.
  if (difference && status === 'succeeded') return { is: 'voided', providerReference };
  if (status === 'succeeded') return { is: 'captured', providerReference };
  if (status === 'requires_capture') return { is: 'authorized', providerReference };
  // Without an error it may still be at it.
  const isDeclined = asked.kind === 'authorize' && status === 'requires_payment_method' && intent.last_payment_error;
  if (!isDeclined) return inconclusive;
  return { is: 'declined', providerReference, reason: reasonOf(intent.last_payment_error) };
}

/** What is wrong with a charge of the right order; undefined when it is as it was asked for. */
export function differenceOf({ amountMinor, currency }: Omit<Asked, 'kind'>, intent: Intent): string | undefined {
  const taken = intent.status === 'succeeded' ? intent.amount_received : intent.amount;
  if (taken === amountMinor && intent.currency === currency.toLowerCase()) return undefined;
  return `${intent.id} is of ${taken} ${intent.currency.toUpperCase()}, not of ${amountMinor} ${currency}`;
}

/** Whether money is held or was taken, and not all of it is back. */
export function holdsMoney({ status, amount_received, latest_charge }: Intent): boolean {
  if (status !== 'succeeded') return status !== 'canceled' && status !== 'requires_payment_method';
  return typeof latest_charge !== 'object' || latest_charge === null || latest_charge.amount_refunded < amount_received;
}

export function answerOfRefund(
  operation: Refunding,
  refund: Pick<Stripe.Refund, 'id' | 'amount'> & { status?: string | null },
): Answer {
  if (refund.amount !== operation.amountMinor) return unknown(`${refund.id} gave back ${refund.amount}`, true);
  if (refund.status === 'failed' || refund.status === 'canceled') return { is: 'refused', reason: refund.status };
  return { is: 'refunded', totalMinor: totalAfter(operation).amountMinor };
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

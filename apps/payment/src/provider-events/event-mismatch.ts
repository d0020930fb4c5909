import type { Payment } from '../payments/payment.ts';
import { differenceOf, holdsMoney } from '../payments/provider-answers.ts';
import type { IntentSeen, RefundSeen } from './provider-event.ts';

/** What of an event cannot be true if our books are; undefined when they agree, or it is nothing of ours. */
export function mismatchOf(payment: Payment | undefined, about: IntentSeen | RefundSeen): string | undefined {
  return about.object === 'refund' ? refundMismatch(payment, about) : intentMismatch(payment, about);
}

function intentMismatch(payment: Payment | undefined, intent: IntentSeen): string | undefined {
  const orderId = intent.metadata.order_id;
  if (!payment) return orderId === undefined ? undefined : `there is no payment for order ${orderId}`;
  if (!holdsMoney(intent)) return undefined;
  if (payment.providerReference && payment.providerReference !== intent.id)
    return `${payment.providerReference} is the charge of this order, ${intent.id} is another`;
  return differenceOf({ ...payment, currency: payment.currency ?? 'no currency' }, intent);
}

function refundMismatch(payment: Payment | undefined, refund: RefundSeen): string | undefined {
  const orderId = refund.metadata?.order_id;
  if (!payment) return orderId === undefined ? undefined : `there is no payment for order ${orderId}`;
  if (refund.currency.toUpperCase() !== payment.currency)
    return `${refund.id} is in ${refund.currency.toUpperCase()}, not in ${payment.currency ?? 'any currency'}`;
  const { operation } = payment;
  const isOpen = operation?.id === refund.metadata?.operation_id;
  if (refund.status === 'failed' || refund.status === 'canceled')
    return isOpen ? undefined : `${refund.id}, which was booked, is ${refund.status}`;
  return isOpen && operation && operation.amountMinor !== refund.amount
    ? `${refund.id} gives back ${refund.amount}, not ${operation.amountMinor}`
    : undefined;
}

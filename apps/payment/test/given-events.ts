import { randomUUID } from 'node:crypto';

import Stripe from 'stripe';

import type { OrderPayment, PaymentsUnderTest } from './given-payments.ts';
import { webhookSecret } from './given-provider.ts';

export interface Sent {
  readonly secret?: string;
  /** Seconds from now. */
  readonly at?: number;
  readonly header?: (signed: string) => string | undefined;
  readonly signal?: AbortSignal;
}

/** What the provider tells by itself, sent to the service as it would be. */
export class EventsUnderTest {
  constructor(private readonly payments: PaymentsUnderTest) {}

  /** Signs and sends these very bytes. */
  async send(body: string, { secret = webhookSecret, at = 0, header = (signed) => signed, signal }: Sent = {}) {
    const timestamp = Math.floor(Date.now() / 1_000) + at;
    const signed = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
    const signature = header(signed);
    const response = await fetch(`${this.payments.service.url}/v1/webhooks/payment-provider`, {
      method: 'POST',
      body,
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(signature && { 'stripe-signature': signature }),
      },
    });
    return { status: response.status, body: (await response.json()) as any, headers: response.headers };
  }

  async tell(event: object, sent?: Sent): Promise<number> {
    return (await this.send(JSON.stringify(event, undefined, 2), sent)).status;
  }
}

export const anEvent = (type: string, object: object, id = `evt_${randomUUID()}`) => ({
  id,
  object: 'event',
  type,
  data: { object },
});

const types = {
  requires_capture: 'payment_intent.amount_capturable_updated',
  succeeded: 'payment_intent.succeeded',
  canceled: 'payment_intent.canceled',
  requires_payment_method: 'payment_intent.payment_failed',
};

/** Tells that the charge of an order is in this status now. */
export function anIntentEvent(order: OrderPayment, status: keyof typeof types, more: object = {}, id?: string) {
  const amount_received = status === 'succeeded' ? 1_999 : 0;
  const charge = {
    object: 'payment_intent',
    id: `pi_of_${order.orderId}`,
    amount: 1_999,
    amount_received,
    currency: 'eur',
  };
  const error =
    status === 'requires_payment_method' ? { decline_code: 'lost_card', message: 'Your card was declined.' } : null;
  const metadata = { order_id: order.orderId };
  return anEvent(types[status], { ...charge, status, metadata, last_payment_error: error, ...more }, id);
}

/** Tells that the open refund of an order was made. */
export async function aRefundEvent(order: OrderPayment, more: object = {}, type = 'refund.created') {
  const operation = (await order.operations()).at(-1);
  const metadata = { order_id: order.orderId, operation_id: operation?.['id'] };
  const refund = { object: 'refund', id: `re_${randomUUID()}`, amount: operation?.['amount_minor'], currency: 'eur' };
  return anEvent(type, { ...refund, status: 'succeeded', payment_intent: 'pi', metadata, ...more });
}

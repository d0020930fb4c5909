import { createHash } from 'node:crypto';

import type { PaymentIntent, Refund, Result } from './book.ts';

/** What the provider tells by itself, as Stripe words it. */
export interface ProviderEvent {
  id: string;
  object: 'event';
  created: number;
  data: { object: PaymentIntent | Refund };
  livemode: false;
  type: string;
}

/** A line of the log, as far as it is told of. */
export interface Told {
  n: number;
  at: string;
  act: Result['act'];
  object?: PaymentIntent | Refund;
}

const types: Partial<Record<Result['act'], string>> = {
  authorized: 'payment_intent.amount_capturable_updated',
  declined: 'payment_intent.payment_failed',
  captured: 'payment_intent.succeeded',
  canceled: 'payment_intent.canceled',
  refunded: 'refund.created',
};

/** The event of a line of the log, with the same id whenever it is made; none where nothing changed. */
export function eventOf({ n, at, act, object }: Told): ProviderEvent | undefined {
  const type = types[act];
  if (!type || !object) return undefined;
  const digest = createHash('sha256').update(`${n} ${act} ${object.id}`).digest('hex');
  return {
    id: `evt_${digest.slice(0, 24)}`,
    object: 'event',
    created: Math.floor(Date.parse(at) / 1000),
    data: { object },
    livemode: false,
    type,
  };
}

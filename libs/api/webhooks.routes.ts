import { z } from 'zod';

import { defineRoute } from './route.ts';

/** The bytes are what is signed, so whatever is in them is looked at only after the signature. */
export const takeProviderEvent = defineRoute({
  name: 'takeProviderEvent',
  method: 'POST',
  path: '/v1/webhooks/payment-provider',
  service: 'payment',
  access: 'provider',
  summary:
    'For the payment provider: tells what became of a charge or a refund. 200 once it is stored, also when told again.',
  headers: z.object({ 'stripe-signature': z.string().max(1_000).optional() }),
  body: z.looseObject({}).meta({
    id: 'ProviderEvent',
    description: 'an event as the payment provider writes it',
    example: { id: 'evt_1', object: 'event', type: 'charge.refunded', data: { object: {} } },
  }),
  answers: { 200: z.strictObject({}) },
  problems: [],
});

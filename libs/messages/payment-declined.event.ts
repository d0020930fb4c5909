import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** The provider refused to hold the money; `reason` is its code. */
export const PaymentDeclined = defineEvent('payment.declined.v1', {
  topic: payments,
  data: paymentReport.extend({ reason: z.string() }),
});
export type PaymentDeclined = EventOf<typeof PaymentDeclined>;

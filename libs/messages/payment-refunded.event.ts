import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** All of the money is back with the customer. */
export const PaymentRefunded = defineEvent('payment.refunded.v1', {
  topic: payments,
  data: paymentReport,
});
export type PaymentRefunded = EventOf<typeof PaymentRefunded>;

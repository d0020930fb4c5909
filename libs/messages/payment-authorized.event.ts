import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** The money is held. */
export const PaymentAuthorized = defineEvent('payment.authorized.v1', {
  topic: payments,
  data: paymentReport,
});
export type PaymentAuthorized = EventOf<typeof PaymentAuthorized>;

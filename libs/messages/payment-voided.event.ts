import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** Nothing is held, nothing was taken. */
export const PaymentVoided = defineEvent('payment.voided.v1', {
  topic: payments,
  data: paymentReport,
});
export type PaymentVoided = EventOf<typeof PaymentVoided>;

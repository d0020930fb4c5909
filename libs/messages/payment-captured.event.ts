import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** The money is taken. */
export const PaymentCaptured = defineEvent('payment.captured.v1', {
  topic: payments,
  data: paymentReport,
});
export type PaymentCaptured = EventOf<typeof PaymentCaptured>;

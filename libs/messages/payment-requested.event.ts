import { defineEvent, type EventOf } from './definition.ts';
import { paymentReport } from './fields.ts';
import { payments } from './topics.ts';

/** The provider is being asked to hold the money. */
export const PaymentRequested = defineEvent('payment.requested.v1', {
  topic: payments,
  data: paymentReport,
});
export type PaymentRequested = EventOf<typeof PaymentRequested>;

import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { paymentCommands } from './topics.ts';

/** No money may stay: payment alone decides whether that is a void or a refund. */
export const CancelPayment = defineCommand('payment.cancel.v1', {
  topic: paymentCommands,
  data: z.object({ orderId }),
});
export type CancelPayment = EventOf<typeof CancelPayment>;

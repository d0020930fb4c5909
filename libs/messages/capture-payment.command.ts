import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { paymentCommands } from './topics.ts';

/** Take the money that is held. */
export const CapturePayment = defineCommand('payment.capture.v1', {
  topic: paymentCommands,
  data: z.object({ orderId }),
});
export type CapturePayment = EventOf<typeof CapturePayment>;

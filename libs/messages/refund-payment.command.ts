import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { money, orderId } from './fields.ts';
import { paymentCommands } from './topics.ts';

/** Give money back until this total, counted from the start, is refunded. */
export const RefundPayment = defineCommand('payment.refund.v1', {
  topic: paymentCommands,
  data: z.object({ orderId, total: money }),
});
export type RefundPayment = EventOf<typeof RefundPayment>;

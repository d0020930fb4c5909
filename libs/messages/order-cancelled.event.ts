import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { cancelReason, orderId } from './fields.ts';
import { orders } from './topics.ts';

/** The order ends without goods; no money may stay. */
export const OrderCancelled = defineEvent('order.cancelled.v1', {
  topic: orders,
  data: z.object({ orderId, reason: cancelReason }),
});
export type OrderCancelled = EventOf<typeof OrderCancelled>;

import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { orders } from './topics.ts';

/** The order as it is now, said again where its own stream has a gap. */
export const OrderSnapshot = defineEvent('order.snapshot.v1', {
  topic: orders,
  data: z.object({ orderId, status: z.string() }),
});
export type OrderSnapshot = EventOf<typeof OrderSnapshot>;

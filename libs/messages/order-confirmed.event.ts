import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { orders } from './topics.ts';

/** The money is held: from here the order ends without a deadline. */
export const OrderConfirmed = defineEvent('order.confirmed.v1', {
  topic: orders,
  data: z.object({ orderId }),
});
export type OrderConfirmed = EventOf<typeof OrderConfirmed>;

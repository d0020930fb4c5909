import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { orders } from './topics.ts';

/** The money is taken and the goods are the customer's. */
export const OrderCompleted = defineEvent('order.completed.v1', {
  topic: orders,
  data: z.object({ orderId }),
});
export type OrderCompleted = EventOf<typeof OrderCompleted>;

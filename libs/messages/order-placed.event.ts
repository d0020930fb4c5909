import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { customerId, money, orderId, orderLine } from './fields.ts';
import { orders } from './topics.ts';

/** Said once an order is stored and before anything is reserved. */
export const OrderPlaced = defineEvent('order.placed.v1', {
  topic: orders,
  data: z.object({ orderId, customerId, lines: z.array(orderLine).min(1), total: money }),
});
export type OrderPlaced = EventOf<typeof OrderPlaced>;

import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stock } from './topics.ts';

/** There were not enough goods; for this order that is final. */
export const StockRejected = defineEvent('stock.rejected.v1', {
  topic: stock,
  data: z.object({ orderId }),
});
export type StockRejected = EventOf<typeof StockRejected>;

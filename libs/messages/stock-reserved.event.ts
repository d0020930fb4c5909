import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stock } from './topics.ts';

/** The goods are held. */
export const StockReserved = defineEvent('stock.reserved.v1', {
  topic: stock,
  data: z.object({ orderId }),
});
export type StockReserved = EventOf<typeof StockReserved>;

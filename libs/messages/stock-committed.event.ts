import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stock } from './topics.ts';

/** The goods are sold. */
export const StockCommitted = defineEvent('stock.committed.v1', {
  topic: stock,
  data: z.object({ orderId }),
});
export type StockCommitted = EventOf<typeof StockCommitted>;

import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stock } from './topics.ts';

/** Nothing is held. */
export const StockReleased = defineEvent('stock.released.v1', {
  topic: stock,
  data: z.object({ orderId }),
});
export type StockReleased = EventOf<typeof StockReleased>;

import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stockCommands } from './topics.ts';

/** Nothing may be held for the order, now or later. */
export const ReleaseStock = defineCommand('stock.release.v1', {
  topic: stockCommands,
  data: z.object({ orderId }),
});
export type ReleaseStock = EventOf<typeof ReleaseStock>;

import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { orderId, orderLine } from './fields.ts';
import { stockCommands } from './topics.ts';

/** Hold these goods for the order, all of them or none. */
export const ReserveStock = defineCommand('stock.reserve.v1', {
  topic: stockCommands,
  data: z.object({ orderId, lines: z.array(orderLine).min(1) }),
});
export type ReserveStock = EventOf<typeof ReserveStock>;

import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { orderId } from './fields.ts';
import { stockCommands } from './topics.ts';

/** The reserved goods are sold. */
export const CommitStock = defineCommand('stock.commit.v1', {
  topic: stockCommands,
  data: z.object({ orderId }),
});
export type CommitStock = EventOf<typeof CommitStock>;

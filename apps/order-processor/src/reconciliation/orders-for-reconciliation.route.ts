import { type AnswerOf, defineRoute, moneySchema, orderStatuses } from '@towpath/api';
import { z } from 'zod';

const minor = z.int().min(0);
const moment = z.iso.datetime({ precision: 3 });

const reconciledOrder = z.strictObject({
  orderId: z.uuid(),
  status: z.enum(orderStatuses),
  total: moneySchema,
  /** Of the total: what is to be given back, and what payment says is back. */
  refundGoalMinor: minor,
  refundedMinor: minor,
  /** Ended, and owed nothing by anybody: from here on both books must agree. */
  settled: z.boolean(),
  createdAt: moment,
  updatedAt: moment,
});

/**
 * For payment, which holds its books against the orders; not part of the public API. Continue after the last `orderId` until a
 * page is shorter than `limit`. An order placed at this moment may turn up behind the page that it belongs to.
 */
export const readOrdersForReconciliation = defineRoute({
  name: 'readOrdersForReconciliation',
  method: 'GET',
  path: '/internal/orders-for-reconciliation',
  service: 'order-processor',
  access: 'anyone',
  summary: 'What each order says of its money, oldest first.',
  query: z.strictObject({
    after: z.uuid().toLowerCase().optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(500),
  }),
  answers: { 200: z.strictObject({ items: z.array(reconciledOrder) }) },
  problems: [],
});

export type OrdersForReconciliation = AnswerOf<typeof readOrdersForReconciliation>;

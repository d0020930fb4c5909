import { z } from 'zod';

import { orderSchema, orderStatuses } from './orders.schemas.ts';
import { pageOf, pageQuery } from './page.schemas.ts';
import { id, moment } from './text.ts';

/** The services that take messages, and so may have some that they cannot handle. */
export const messagingServices = ['catalog', 'order-processor', 'payment'] as const;

export const adminOrderSchema = orderSchema.extend({
  customerId: id,
  needsReview: z.boolean().describe('payment cannot end it without a person'),
});
export type AdminOrderResponse = z.infer<typeof adminOrderSchema>;
export const adminOrderPage = pageOf(adminOrderSchema);

export const adminOrderQuery = pageQuery.extend({
  status: z.enum(orderStatuses).optional(),
  stuck: z.enum(['true', 'false']).optional().describe('unsettled without a sign of life for 10 minutes'),
});

const service = z.enum(messagingServices);
export const messagingQuery = pageQuery.extend({ service });

export const deadLetterSchema = z.strictObject({
  id,
  service,
  messageId: z.string().nullable(),
  topic: z.string().nullable(),
  aggregateId: z.string().nullable(),
  reason: z.string(),
  error: z.string(),
  attempts: z.int(),
  createdAt: moment,
});
export type DeadLetterResponse = z.infer<typeof deadLetterSchema>;
export const deadLetterPage = pageOf(deadLetterSchema);

export const anomalySchema = z.strictObject({
  id,
  service,
  kind: z.string(),
  detail: z.record(z.string(), z.unknown()),
  at: moment,
});
export type AnomalyResponse = z.infer<typeof anomalySchema>;
export const anomalyPage = pageOf(anomalySchema);

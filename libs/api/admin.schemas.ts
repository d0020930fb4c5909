import { z } from 'zod';

import { orderSchema, orderStatuses } from './orders.schemas.ts';
import { pageOf, pageQuery } from './page.schemas.ts';
import { id, moment } from './text.ts';

/** The services that take messages, and so may have some that they cannot handle. */
export const messagingServices = ['catalog', 'order-processor', 'payment'] as const;

export const adminOrderSchema = orderSchema
  .extend({
    customerId: id,
    needsReview: z.boolean().meta({ description: 'payment cannot end it without a person', example: false }),
  })
  .meta({ id: 'AdminOrder' });
export type AdminOrderResponse = z.infer<typeof adminOrderSchema>;
export const adminOrderPage = pageOf(adminOrderSchema);

export const adminOrderQuery = pageQuery.extend({
  status: z.enum(orderStatuses).optional(),
  stuck: z.enum(['true', 'false']).optional().describe('unsettled without a sign of life for 10 minutes'),
});

const service = z.enum(messagingServices).meta({ example: 'payment' });
export const messagingQuery = pageQuery.extend({ service });

export const deadLetterSchema = z
  .strictObject({
    id,
    service,
    messageId: z.string().nullable().meta({ example: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' }),
    topic: z.string().nullable().meta({ example: 'payment.commands' }),
    aggregateId: z.string().nullable().meta({ example: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' }),
    reason: z.string().meta({ example: 'exhausted' }),
    error: z.string().meta({ example: 'The payment provider answered 500.' }),
    attempts: z.int().meta({ example: 10 }),
    createdAt: moment,
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetterResponse = z.infer<typeof deadLetterSchema>;
export const deadLetterPage = pageOf(deadLetterSchema);

export const anomalySchema = z
  .strictObject({
    id,
    service,
    kind: z.string().meta({ example: 'charged-twice' }),
    detail: z.record(z.string(), z.unknown()).meta({ example: { orderId: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' } }),
    at: moment,
  })
  .meta({ id: 'Anomaly' });
export type AnomalyResponse = z.infer<typeof anomalySchema>;
export const anomalyPage = pageOf(anomalySchema);

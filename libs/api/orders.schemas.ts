import { z } from 'zod';

import { maxPriceMinor, moneySchema, priceSchema } from './money.schemas.ts';
import { pageOf } from './page.schemas.ts';
import { id, moment } from './text.ts';

export const orderStatuses = ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED', 'CANCELLED'] as const;
export const cancelReasons = ['out_of_stock', 'declined', 'customer', 'deadline'] as const;

/** The header may quote its value (a structured-field string) or not; the key is what is inside. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string('is missing')
    .overwrite((value) => value.replace(/^"(.*)"$/, '$1'))
    .regex(/^[\x21-\x7e]{16,128}$/, 'must be 16 to 128 visible ASCII characters, quoted or not')
    .meta({
      description: 'one for each thing to be done, kept while the request is repeated',
      example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
    }),
});

const quantity = z.int().min(1).max(100).meta({ example: 2 });

const lines = z
  .array(z.strictObject({ productId: id, quantity }))
  .min(1)
  .max(50)
  .refine((all) => new Set(all.map((line) => line.productId)).size === all.length, 'must name each product once');

export const placeOrderRequest = z
  .strictObject({
    cartId: id,
    lines,
    paymentMethod: z
      .string()
      .regex(/^pm_[A-Za-z0-9_]{1,250}$/, 'must be a payment method of the payment provider: pm_…')
      .meta({ description: 'token of the payment provider', example: 'pm_card_visa' }),
  })
  .meta({ id: 'PlaceOrder' });
export type PlaceOrderRequest = z.infer<typeof placeOrderRequest>;

export const orderSchema = z
  .strictObject({
    id,
    status: z.enum(orderStatuses).meta({ example: 'COMPLETED' }),
    total: moneySchema,
    lines: z.array(z.strictObject({ productId: id, quantity, unitPrice: priceSchema })),
    cancelReason: z.enum(cancelReasons).nullable().meta({ example: null }),
    refunded: moneySchema.nullable().meta({ example: null }),
    createdAt: moment,
    updatedAt: moment,
    version: z.int().describe('counts its changes').meta({ example: 5 }),
  })
  .meta({ id: 'Order' });
export type OrderResponse = z.infer<typeof orderSchema>;

export const orderEventSchema = z
  .strictObject({ status: z.enum(orderStatuses), at: moment, cause: z.string() })
  .meta({ id: 'OrderEvent', example: { status: 'PLACED', at: '2026-03-01T09:30:00.000Z', cause: 'placeOrder' } });
export type OrderEvent = z.infer<typeof orderEventSchema>;

export const orderWithTimelineSchema = orderSchema
  .extend({ timeline: z.array(orderEventSchema) })
  .meta({ id: 'OrderWithTimeline' });
export type OrderWithTimelineResponse = z.infer<typeof orderWithTimelineSchema>;

export const orderPage = pageOf(orderSchema);

export const refundOrderRequest = z
  .strictObject({
    amountMinor: z
      .int()
      .min(1)
      .max(maxPriceMinor)
      .optional()
      .meta({ description: 'all that is left unless said', example: 500 }),
  })
  .meta({ id: 'RefundOrder' });
export type RefundOrderRequest = z.infer<typeof refundOrderRequest>;

/** Where a stream of events was cut: the `id` of the last one that arrived. */
export const lastEventHeaders = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,9}$/, 'must be the id of an event')
    .meta({ example: '2' })
    .optional(),
});

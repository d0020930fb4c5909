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
    .regex(/^[\x21-\x7e]{16,128}$/, 'must be 16 to 128 visible ASCII characters, quoted or not'),
});

const quantity = z.int().min(1).max(100);

const lines = z
  .array(z.strictObject({ productId: id, quantity }))
  .min(1)
  .max(50)
  .refine((all) => new Set(all.map((line) => line.productId)).size === all.length, 'must name each product once');

export const placeOrderRequest = z.strictObject({
  cartId: id,
  lines,
  paymentMethod: z
    .string()
    .regex(/^pm_[A-Za-z0-9_]{1,250}$/, 'must be a payment method of the payment provider: pm_…')
    .describe('token of the payment provider'),
});
export type PlaceOrderRequest = z.infer<typeof placeOrderRequest>;

export const orderSchema = z.strictObject({
  id,
  status: z.enum(orderStatuses),
  total: moneySchema,
  lines: z.array(z.strictObject({ productId: id, quantity, unitPrice: priceSchema })),
  cancelReason: z.enum(cancelReasons).nullable(),
  refunded: moneySchema.nullable(),
  createdAt: moment,
  updatedAt: moment,
  version: z.int(),
});
export type OrderResponse = z.infer<typeof orderSchema>;

export const orderWithTimelineSchema = orderSchema.extend({
  timeline: z.array(z.strictObject({ status: z.enum(orderStatuses), at: moment, cause: z.string() })),
});
export type OrderWithTimelineResponse = z.infer<typeof orderWithTimelineSchema>;

export const orderPage = pageOf(orderSchema);

export const refundOrderRequest = z.strictObject({
  amountMinor: z.int().min(1).max(maxPriceMinor).optional().describe('all that is left unless said'),
});
export type RefundOrderRequest = z.infer<typeof refundOrderRequest>;

export const orderEventSchema = orderWithTimelineSchema.shape.timeline.element;
export type OrderEvent = z.infer<typeof orderEventSchema>;

/** Where a stream of events was cut: the `id` of the last one that arrived. */
export const lastEventHeaders = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,9}$/, 'must be the id of an event')
    .optional(),
});

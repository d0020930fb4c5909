import { z } from 'zod';

export const orderId = z.uuid();
export const customerId = z.uuid();
export const productId = z.uuid();

/** Integer minor units of an ISO 4217 currency. */
export const money = z.object({
  amountMinor: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

export const orderLine = z.object({ productId, quantity: z.int().positive() });

/** What every report on a payment tells beside its state. `needsReview`: a person must look, its end may take long. */
export const paymentReport = z.object({
  orderId,
  refundedMinor: z.int().nonnegative(),
  needsReview: z.boolean(),
});

/** Why an order ended without goods. */
export const cancelReason = z.enum(['out_of_stock', 'declined', 'customer', 'deadline']);

import { z } from 'zod';

import { priceSchema } from './money.schemas.ts';
import { pageOf, pageQuery } from './page.schemas.ts';
import { id, text } from './text.ts';

const stockQuantity = z.int().min(0).max(1_000_000);

export const createProductRequest = z.strictObject({
  sku: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  name: text(1, 200),
  description: text(0, 5000),
  price: priceSchema,
  stock: stockQuantity,
});
export type CreateProductRequest = z.infer<typeof createProductRequest>;

export const updateProductRequest = createProductRequest
  .pick({ name: true, description: true, price: true })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
export type UpdateProductRequest = z.infer<typeof updateProductRequest>;

/** The version that the change is meant for, as `ETag` had it. */
export const ifMatchHeaders = z.object({
  'if-match': z
    .string('is missing')
    .regex(/^"\d{1,9}"$/, 'must be the ETag of the product that was read: its version in quotes'),
});

export const productQuery = pageQuery.extend({ q: text(1, 100).optional().describe('words that must all be found') });

export const setStockRequest = z.strictObject({ quantity: stockQuantity });
export type SetStockRequest = z.infer<typeof setStockRequest>;

export const productSchema = z.strictObject({
  id,
  sku: z.string(),
  name: z.string(),
  description: z.string(),
  price: priceSchema,
  available: z.int().describe('pieces that can still be ordered'),
  version: z.int(),
});
export type ProductResponse = z.infer<typeof productSchema>;

export const productPage = pageOf(productSchema);

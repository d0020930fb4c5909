import { z } from 'zod';

import { priceSchema } from './money.schemas.ts';
import { pageOf, pageQuery } from './page.schemas.ts';
import { id, text } from './text.ts';

const stockQuantity = z.int().min(0).max(1_000_000).meta({ example: 3 });

const product = { sku: 'rope-10', name: 'Rope', description: 'Ten metres of hemp.' };
const meta = (key: keyof typeof product) => ({ example: product[key] });

export const createProductRequest = z
  .strictObject({
    sku: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
      .meta(meta('sku')),
    name: text(1, 200).meta(meta('name')),
    description: text(0, 5000).meta(meta('description')),
    price: priceSchema,
    stock: stockQuantity,
  })
  .meta({ id: 'CreateProduct' });
export type CreateProductRequest = z.infer<typeof createProductRequest>;

export const updateProductRequest = createProductRequest
  .pick({ name: true, description: true, price: true })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateProduct', example: { price: { amountMinor: 1799, currency: 'EUR' } } });
export type UpdateProductRequest = z.infer<typeof updateProductRequest>;

/** The version that the change is meant for, as `ETag` had it. */
export const ifMatchHeaders = z.object({
  'if-match': z
    .string('is missing')
    .regex(/^"\d{1,9}"$/, 'must be the ETag of the product that was read: its version in quotes')
    .meta({ example: '"7"' }),
});

export const productQuery = pageQuery.extend({
  q: text(1, 100).optional().meta({ description: 'words that must all be found', example: 'rope' }),
});

export const setStockRequest = z.strictObject({ quantity: stockQuantity }).meta({ id: 'SetStock' });

export const productSchema = z
  .strictObject({
    id,
    sku: z.string().meta(meta('sku')),
    name: z.string().meta(meta('name')),
    description: z.string().meta(meta('description')),
    price: priceSchema,
    available: z.int().meta({ description: 'pieces that can still be ordered', example: 3 }),
    version: z.int().meta({ example: 7 }),
  })
  .meta({ id: 'Product' });
export type ProductResponse = z.infer<typeof productSchema>;

export const productPage = pageOf(productSchema);

import { z } from 'zod';

import { defineEvent, type EventOf } from './definition.ts';
import { money, productId } from './fields.ts';
import { products } from './topics.ts';

/** The product as it is now. */
export const ProductChanged = defineEvent('product.changed.v1', {
  topic: products,
  data: z.object({ productId, sku: z.string(), name: z.string(), price: money }),
});
export type ProductChanged = EventOf<typeof ProductChanged>;

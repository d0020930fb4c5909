import type { ProductResponse } from '@towpath/api';
import type { ProductChanged } from '@towpath/messages';

export type Product = ProductResponse;

/** What a person adds to the shop: a product without what follows from it. */
export interface NewProduct extends Omit<Product, 'available' | 'version'> {
  readonly stock: number;
}

/** What other services are told of a product. How many there are is not among it: only a reservation can tell. */
export function toChanged({ id, sku, name, price }: Product): ProductChanged {
  return { productId: id, sku, name, price };
}

import type { Transaction } from '@towpath/database';
import { ProductChanged, products } from '@towpath/messages';
import { Consumer, On } from '@towpath/messaging';

import { ProductPriceRepository } from './product-price.repository.ts';

/** Keeps the price view: each message tells the whole product, and a stale one never arrives here. */
@Consumer(products)
export class ProductConsumer {
  constructor(private readonly prices: ProductPriceRepository) {}

  @On(ProductChanged)
  onChanged({ productId, price }: ProductChanged, tx: Transaction) {
    return this.prices.save(tx, productId, price);
  }
}

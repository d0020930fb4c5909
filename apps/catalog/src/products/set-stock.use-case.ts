import { Injectable } from '@nestjs/common';
import { Database } from '@towpath/database';

import { ProductNotFound, StockIsHeld } from './product.errors.ts';
import { ProductRepository } from './product.repository.ts';
import type { Product } from './product.ts';
import { ProductCache } from './product-cache.ts';

/** Sets how many pieces of a product there are, those that orders hold included: what was counted on the shelf. */
@Injectable()
export class SetStock {
  constructor(
    private readonly database: Database,
    private readonly products: ProductRepository,
    private readonly cache: ProductCache,
  ) {}

  /** @throws ProductNotFound, StockIsHeld */
  execute(productId: string, quantity: number): Promise<Product> {
    return this.database.transaction(async (tx) => {
      const reserved = await this.products.lockReserved(tx, productId);
      if (reserved === undefined) throw new ProductNotFound();
      if (quantity < reserved) throw new StockIsHeld(reserved);
      tx.afterCommit(() => this.cache.forget([productId]));
      return this.products.setStock(tx, productId, quantity);
    });
  }
}

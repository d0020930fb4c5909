import { Injectable } from '@nestjs/common';
import type { UpdateProductRequest } from '@towpath/api';
import { Database, type Transaction } from '@towpath/database';
import { ProductChanged } from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import { CatalogConfig } from '../catalog.config.ts';
import { ChangedMeanwhile, ProductNotFound } from './product.errors.ts';
import { ProductRepository } from './product.repository.ts';
import { type Product, toChanged } from './product.ts';
import { ProductCache } from './product-cache.ts';

/** Changes what describes a product and says so, unless somebody else changed it meanwhile. Orders keep the price they were placed at. */
@Injectable()
export class UpdateProduct {
  constructor(
    private readonly config: CatalogConfig,
    private readonly database: Database,
    private readonly products: ProductRepository,
    private readonly cache: ProductCache,
    private readonly outbox: Outbox,
  ) {}

  /** @throws ProductNotFound, ChangedMeanwhile */
  execute(seen: Pick<Product, 'id' | 'version'>, changes: UpdateProductRequest): Promise<Product> {
    return this.database.transaction(async (tx) => {
      const product = await this.products.update(tx, seen, changes, this.config.sayAgainAfterMs);
      if (!product) throw await this.refusal(tx, seen.id);
      tx.afterCommit(() => this.cache.forget([product.id]));
      await this.outbox.publish(tx, ProductChanged, toChanged(product));
      return product;
    });
  }

  private async refusal(tx: Transaction, id: string): Promise<Error> {
    const version = await this.products.versionOf(tx, id);
    // Another process may have changed it: who reads it again must not be shown the old version from memory.
    this.cache.forget([id]);
    return version === undefined ? new ProductNotFound() : new ChangedMeanwhile(version);
  }
}

import { Injectable } from '@nestjs/common';
import type { CreateProductRequest } from '@towpath/api';
import { Database, newId } from '@towpath/database';
import { ProductChanged } from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import { CatalogConfig } from '../catalog.config.ts';
import { SkuTaken } from './product.errors.ts';
import { ProductRepository } from './product.repository.ts';
import { type Product, toChanged } from './product.ts';

/** Adds a product to the shop and says so; from then on it can be ordered. */
@Injectable()
export class AddProduct {
  constructor(
    private readonly config: CatalogConfig,
    private readonly database: Database,
    private readonly products: ProductRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws SkuTaken */
  execute(request: CreateProductRequest): Promise<Product> {
    return this.database.transaction(async (tx) => {
      const product = await this.products.add(tx, { id: newId(), ...request }, this.config.sayAgainAfterMs);
      if (!product) throw new SkuTaken(request.sku);
      await this.outbox.publish(tx, ProductChanged, toChanged(product));
      return product;
    });
  }
}

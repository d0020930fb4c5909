import { Injectable } from '@nestjs/common';
import { productSchema } from '@towpath/api';
import { type Cache, Caches } from '@towpath/cache';

import { ProductRepository } from './product.repository.ts';
import type { Product } from './product.ts';

/**
 * Products for those who only look. What this process changes is seen at once; what another process changes, `available`
 * above all, a moment later where there is a Redis, and up to CACHE_TTL_MS later where not. Reserving never looks here.
 */
@Injectable()
export class ProductCache {
  private readonly cache: Cache<string, Product>;
  private reads = new Map<string, number>();

  constructor(
    caches: Caches,
    private readonly products: ProductRepository,
  ) {
    this.cache = caches.create('products', { version: 1, read: (json) => productSchema.parse(json) });
  }

  async read(id: string): Promise<Product | undefined> {
    const product = await this.cache.get(id, () => this.products.find(id));
    if (product) this.reads.set(id, (this.reads.get(id) ?? 0) + 1);
    return product;
  }

  preload(ids: readonly string[]): Promise<void> {
    return this.cache.warm(ids, (these) => this.products.findMany(these));
  }

  /** Call it after the commit that changed them. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.cache.invalidate(id);
  }

  /** How often each product was read since this was asked last. */
  takeReads(): ReadonlyMap<string, number> {
    const taken = this.reads;
    this.reads = new Map();
    return taken;
  }
}

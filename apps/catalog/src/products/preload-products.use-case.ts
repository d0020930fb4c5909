import { Injectable } from '@nestjs/common';
import { Lifecycle, Periodic } from '@towpath/health';

import { CatalogConfig } from '../catalog.config.ts';
import { ProductCache } from './product-cache.ts';
import { ProductReadsRepository } from './product-reads.repository.ts';

/** Keeps the products that are read most in memory, fresh, from the start on. */
@Injectable()
export class PreloadProducts {
  constructor(
    private readonly config: CatalogConfig,
    private readonly cache: ProductCache,
    private readonly reads: ProductReadsRepository,
    lifecycle: Lifecycle,
  ) {
    const everyMs = config.preloadEveryMs;
    lifecycle.background(
      new Periodic('preload products', { everyMs, jitter: 0.1, inEveryRole: true }, () => this.execute()),
    );
  }

  async execute(): Promise<void> {
    await this.reads.add(this.cache.takeReads());
    await this.cache.preload(await this.reads.mostRead(this.config.preloadProducts));
  }
}

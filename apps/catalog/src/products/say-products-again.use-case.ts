import { Injectable } from '@nestjs/common';
import { Database } from '@towpath/database';
import { Lifecycle, Periodic } from '@towpath/health';
import { ProductChanged } from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import { CatalogConfig } from '../catalog.config.ts';
import { ProductRepository } from './product.repository.ts';
import { toChanged } from './product.ts';

/** Says products again that did not change: nobody asks for what a broker lost, so each is told of soon after and daily. */
@Injectable()
export class SayProductsAgain {
  constructor(
    private readonly config: CatalogConfig,
    private readonly database: Database,
    private readonly products: ProductRepository,
    private readonly outbox: Outbox,
    lifecycle: Lifecycle,
  ) {
    const everyMs = config.sayAgainPollMs;
    lifecycle.background(new Periodic('say products again', { everyMs, jitter: 0.2 }, () => this.execute()));
  }

  execute(): Promise<void> {
    const { sayAgainBatch, sayAgainEveryMs } = this.config;
    return this.database.transaction(async (tx) => {
      for (const product of await this.products.takeDue(tx, sayAgainBatch, sayAgainEveryMs)) {
        await this.outbox.publish(tx, ProductChanged, toChanged(product));
      }
    });
  }
}

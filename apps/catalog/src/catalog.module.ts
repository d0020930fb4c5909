import { AuthModule } from '@towpath/auth';
import { CacheModule } from '@towpath/cache';
import { DatabaseModule } from '@towpath/database';
import { MessagingModule } from '@towpath/messaging';
import { RedisModule } from '@towpath/redis';
import { Service } from '@towpath/service-defaults';

import { CatalogConfig } from './catalog.config.ts';
import { AddProduct } from './products/add-product.use-case.ts';
import { PreloadProducts } from './products/preload-products.use-case.ts';
import { ProductController } from './products/product.controller.ts';
import { ProductRepository } from './products/product.repository.ts';
import { ProductCache } from './products/product-cache.ts';
import { ProductReadsRepository } from './products/product-reads.repository.ts';
import { SayProductsAgain } from './products/say-products-again.use-case.ts';
import { SetStock } from './products/set-stock.use-case.ts';
import { UpdateProduct } from './products/update-product.use-case.ts';
import { MoveReservation } from './stock/move-reservation.use-case.ts';
import { ReservationRepository } from './stock/reservation.repository.ts';
import { StockRepository } from './stock/stock.repository.ts';
import { StockCommandConsumer } from './stock/stock-command.consumer.ts';

@Service({
  name: 'catalog',
  settings: [CatalogConfig],
  imports: [DatabaseModule, MessagingModule, AuthModule, CacheModule, RedisModule],
  controllers: [ProductController],
  providers: [
    ProductRepository,
    ProductCache,
    ProductReadsRepository,
    AddProduct,
    UpdateProduct,
    SetStock,
    SayProductsAgain,
    PreloadProducts,
    StockCommandConsumer,
    MoveReservation,
    ReservationRepository,
    StockRepository,
  ],
})
export class CatalogModule {}

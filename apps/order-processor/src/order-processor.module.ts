import { AuditModule } from '@towpath/audit';
import { AuthModule } from '@towpath/auth';
import { DatabaseModule } from '@towpath/database';
import { isRemoved } from '@towpath/failpoints';
import { MessagingModule } from '@towpath/messaging';
import { Service } from '@towpath/service-defaults';

import { FollowOrderController } from './following/follow-order.controller.ts';
import { OrderFollowers } from './following/order-followers.ts';
import { OrderTimelineRepository } from './following/order-timeline.repository.ts';
import { IdempotencyKeyRepository } from './idempotency/idempotency-key.repository.ts';
import { OncePerKey } from './idempotency/once-per-key.ts';
import { WithoutIdempotencyKeys } from './idempotency/without-keys.repository.ts';
import { OrderProcessorConfig } from './order-processor.config.ts';
import { OrderProcessorSchedule } from './order-processor.schedule.ts';
import { AdminOrderController } from './orders/admin-order.controller.ts';
import { AdminOrderRepository } from './orders/admin-order.repository.ts';
import { AdvanceOrder } from './orders/advance-order.use-case.ts';
import { AskAgain } from './orders/ask-again.use-case.ts';
import { CancelOrder } from './orders/cancel-order.use-case.ts';
import { CancelOverdueOrders } from './orders/cancel-overdue-orders.use-case.ts';
import { NewOrderRepository } from './orders/new-order.repository.ts';
import { OrderConsumer } from './orders/order.consumer.ts';
import { OrderController } from './orders/order.controller.ts';
import { OrderMetrics } from './orders/order.metrics.ts';
import { OrderRepository } from './orders/order.repository.ts';
import { OrderSaga } from './orders/order.saga.ts';
import { OrderSpeech } from './orders/order.speech.ts';
import { OrderReadsRepository } from './orders/order-reads.repository.ts';
import { PaymentConsumer } from './orders/payment.consumer.ts';
import { PlaceOrder } from './orders/place-order.use-case.ts';
import { RefundOrder } from './orders/refund-order.use-case.ts';
import { StockConsumer } from './orders/stock.consumer.ts';
import { ProductConsumer } from './products/product.consumer.ts';
import { ProductPriceRepository } from './products/product-price.repository.ts';
import { OrdersForReconciliationController } from './reconciliation/orders-for-reconciliation.controller.ts';
import { OrdersForReconciliationRepository } from './reconciliation/orders-for-reconciliation.repository.ts';

const useCases = [
  PlaceOrder,
  AdvanceOrder,
  CancelOrder,
  CancelOverdueOrders,
  RefundOrder,
  AskAgain,
  OrderSaga,
  OrderSpeech,
  OncePerKey,
];
const consumers = [OrderConsumer, StockConsumer, PaymentConsumer, ProductConsumer];
const repositories = [
  NewOrderRepository,
  OrderRepository,
  OrderReadsRepository,
  AdminOrderRepository,
  ProductPriceRepository,
  IdempotencyKeyRepository,
  OrderTimelineRepository,
  OrdersForReconciliationRepository,
];
const withoutKeys = { provide: IdempotencyKeyRepository, useClass: WithoutIdempotencyKeys };
const instead = TOWPATH_TEST_BUILD && isRemoved('idempotency-keys') ? [withoutKeys] : [];
const controllers = [OrderController, AdminOrderController, FollowOrderController, OrdersForReconciliationController];

@Service({
  name: 'order-processor',
  settings: [OrderProcessorConfig],
  imports: [DatabaseModule, MessagingModule, AuditModule, AuthModule],
  controllers,
  providers: [
    ...useCases,
    ...consumers,
    ...repositories,
    OrderMetrics,
    OrderFollowers,
    OrderProcessorSchedule,
    ...instead,
  ],
})
export class OrderProcessorModule {}

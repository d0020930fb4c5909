import type { FactoryProvider } from '@nestjs/common';
import { Database } from '@towpath/database';

import { BrokerDeliveryRepository } from './broker-delivery.repository.ts';
import { DeliveryRepository } from './delivery.repository.ts';
import { DirectDeliveryRepository } from './direct-delivery.repository.ts';
import { MessagingConfig } from './messaging.config.ts';

export const provideDeliveries: FactoryProvider<DeliveryRepository> = {
  provide: DeliveryRepository,
  inject: [Database, MessagingConfig],
  useFactory: (database: Database, { eventTransport }: MessagingConfig) =>
    eventTransport === 'direct' ? new DirectDeliveryRepository(database) : new BrokerDeliveryRepository(database),
};

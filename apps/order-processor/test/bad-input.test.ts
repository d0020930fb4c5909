import { sql } from '@towpath/database';
import { describeBadInput, givenService } from '@towpath/testing';

import { OrderProcessorModule } from '../src/order-processor.module.ts';

describe('bad input', () => {
  const shop = givenService(OrderProcessorModule);

  describeBadInput('order-processor', {
    url: () => shop.url,
    token: () => shop.token({ roles: ['admin'] }),
    effects: () =>
      shop.database.rows(sql`
        SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM idempotency_key) AS keys, (SELECT count(*) FROM outbox) AS messages,
               (SELECT count(*) FROM audit_event) AS events`),
  });
});

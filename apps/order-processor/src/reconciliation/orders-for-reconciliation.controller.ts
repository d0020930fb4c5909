import { Controller } from '@nestjs/common';
import type { InputOf } from '@towpath/api';
import { Input, Route } from '@towpath/http';

import { OrdersForReconciliationRepository } from './orders-for-reconciliation.repository.ts';
import { readOrdersForReconciliation } from './orders-for-reconciliation.route.ts';

@Controller()
export class OrdersForReconciliationController {
  constructor(private readonly orders: OrdersForReconciliationRepository) {}

  @Route(readOrdersForReconciliation)
  async read(@Input() { query }: InputOf<typeof readOrdersForReconciliation>) {
    return { items: await this.orders.page(query) };
  }
}

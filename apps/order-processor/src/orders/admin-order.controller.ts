import { Controller } from '@nestjs/common';
import { type AdminOrderResponse, idOfCursor, type InputOf, listAllOrders, toPage } from '@towpath/api';
import { Input, Route } from '@towpath/http';

import { AdminOrderRepository } from './admin-order.repository.ts';
import { type Order, toResponse } from './order.ts';

@Controller()
export class AdminOrderController {
  constructor(private readonly orders: AdminOrderRepository) {}

  @Route(listAllOrders)
  async list(@Input() { query: { cursor, limit, ...wanted } }: InputOf<typeof listAllOrders>) {
    const orders = await this.orders.page(wanted, { after: cursor && idOfCursor(cursor), limit: limit + 1 });
    return toPage(orders.map(toAdminResponse), limit);
  }
}

function toAdminResponse(order: Order): AdminOrderResponse {
  return { ...toResponse(order), customerId: order.customerId, needsReview: order.needsReview };
}

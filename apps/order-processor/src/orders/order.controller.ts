import { Controller } from '@nestjs/common';
import {
  cancelOrder,
  idOfCursor,
  type InputOf,
  listOrders,
  type OrderResponse,
  placeOrder,
  readOrder,
  refundOrder,
  toPage,
} from '@towpath/api';
import { CurrentUser, type User } from '@towpath/auth';
import { Answer, Input, Route } from '@towpath/http';

import { CancelOrder } from './cancel-order.use-case.ts';
import { OrderNotFound } from './order.errors.ts';
import { toResponse } from './order.ts';
import { OrderReadsRepository } from './order-reads.repository.ts';
import { ownerFor } from './owner.ts';
import { PlaceOrder } from './place-order.use-case.ts';
import { RefundOrder } from './refund-order.use-case.ts';

@Controller()
export class OrderController {
  constructor(
    private readonly placing: PlaceOrder,
    private readonly cancelling: CancelOrder,
    private readonly refunding: RefundOrder,
    private readonly reads: OrderReadsRepository,
  ) {}

  @Route(placeOrder)
  async place(@Input() { headers, body: request }: InputOf<typeof placeOrder>, @CurrentUser() user: User) {
    const checkout = { customerId: user.id, idempotencyKey: headers['idempotency-key'], request };
    const answer = await this.placing.execute(checkout);
    return new Answer(answer.body as OrderResponse, answer);
  }

  @Route(listOrders)
  async list(@Input() { query: { cursor, limit } }: InputOf<typeof listOrders>, @CurrentUser() user: User) {
    const orders = await this.reads.page(user.id, { after: cursor && idOfCursor(cursor), limit: limit + 1 });
    return toPage(orders.map(toResponse), limit);
  }

  @Route(readOrder)
  async read(@Input() { params }: InputOf<typeof readOrder>, @CurrentUser() user: User) {
    const found = await this.reads.withTimeline(ownerFor(user), params.id);
    if (!found) throw new OrderNotFound();
    return { ...toResponse(found.order), timeline: found.timeline };
  }

  @Route(cancelOrder)
  async cancel(@Input() { params }: InputOf<typeof cancelOrder>, @CurrentUser() user: User) {
    const { order, isNew } = await this.cancelling.execute(ownerFor(user), params.id);
    return new Answer(toResponse(order), { status: isNew ? 202 : 200 });
  }

  @Route(refundOrder)
  async refund(@Input() { params, headers, body: request }: InputOf<typeof refundOrder>, @CurrentUser() user: User) {
    const refund = { adminId: user.id, idempotencyKey: headers['idempotency-key'], orderId: params.id, request };
    const answer = await this.refunding.execute(refund);
    return new Answer(answer.body as OrderResponse, answer);
  }
}

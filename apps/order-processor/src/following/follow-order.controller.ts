import { Controller } from '@nestjs/common';
import { followOrder, type InputOf } from '@towpath/api';
import { CurrentUser, type User } from '@towpath/auth';
import { Input, Route } from '@towpath/http';

import { OrderNotFound } from '../orders/order.errors.ts';
import { ownerFor } from '../orders/owner.ts';
import { OrderFollowers } from './order-followers.ts';
import { OrderTimelineRepository } from './order-timeline.repository.ts';

@Controller()
export class FollowOrderController {
  constructor(
    private readonly timeline: OrderTimelineRepository,
    private readonly followers: OrderFollowers,
  ) {}

  @Route(followOrder)
  async follow(@Input() { params, headers }: InputOf<typeof followOrder>, @CurrentUser() user: User) {
    const position = { orderId: params.id, after: Number(headers['last-event-id'] ?? 0) };
    const past = await this.timeline.since(ownerFor(user), position);
    if (!past) throw new OrderNotFound();
    if (past.isOver && past.events.length === 0) return undefined;
    return this.followers.add(user.id, position, past.events);
  }
}

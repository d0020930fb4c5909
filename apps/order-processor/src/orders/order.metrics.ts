import { Injectable } from '@nestjs/common';
import { Metrics } from '@towpath/metrics';

import { isOver } from './order.machine.ts';
import { OrderRepository } from './order.repository.ts';
import type { Order } from './order.ts';

/** How orders fare; the gauges are read from the database when somebody looks. */
@Injectable()
export class OrderMetrics {
  readonly #transitions;
  readonly #seconds;

  constructor(metrics: Metrics, orders: OrderRepository) {
    this.#transitions = metrics.counter('order_transitions_total', 'Transitions of orders, by the status they led to', [
      'to',
    ]);
    this.#seconds = metrics.histogram('order_duration_seconds', 'From placed to completed or cancelled', ['status']);
    metrics.lookedUp(
      'orders_unsettled',
      'Orders that have not ended or are owed something',
      async () => (await orders.unsettled()).all,
    );
    metrics.lookedUp(
      'orders_stuck',
      'Those of them that have not moved for too long',
      async () => (await orders.unsettled()).stuck,
    );
  }

  moved(order: Order): void {
    this.#transitions.inc({ to: order.status });
    if (isOver(order))
      this.#seconds.observe({ status: order.status }, (order.updatedAt.getTime() - order.createdAt.getTime()) / 1_000);
  }
}

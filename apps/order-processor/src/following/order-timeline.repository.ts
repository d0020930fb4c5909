import { Injectable } from '@nestjs/common';
import type { OrderEvent } from '@towpath/api';
import { Database, type Sql, sql } from '@towpath/database';

import { isOver, type OrderStatus } from '../orders/order.machine.ts';

/** Something that happened to an order; the id is the version that it made. */
export interface TimelineEvent {
  readonly id: number;
  readonly data: OrderEvent;
}

export interface Position {
  readonly orderId: string;
  /** Of the last event that arrived; 0: none. */
  readonly after: number;
}

interface EventRow {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
  readonly cause: string;
}

/** What is read at once for one who follows; the rest comes with the next look. */
const mostAtOnce = 100;

/** What happens to orders, for those who follow them. Versions are made under the lock of the order, so none turns up late. */
@Injectable()
export class OrderTimelineRepository {
  constructor(private readonly database: Database) {}

  /** What came after this, if the order belongs to this customer; null: to anyone. */
  async since(
    owner: string | null,
    { orderId, after }: Position,
  ): Promise<{ isOver: boolean; events: TimelineEvent[] } | undefined> {
    const rows = await this.database.rows<(EventRow | { version: null }) & { readonly now: OrderStatus }>(sql`
      SELECT o.status AS now, event.* FROM orders o LEFT JOIN LATERAL (${eventsAfter(sql`o.id`, sql`${after}`)}) AS event ON true
      WHERE o.id = ${orderId} AND (${owner}::uuid IS NULL OR o.user_id = ${owner}) ORDER BY event.version`);
    const [first] = rows;
    const events = rows.flatMap((row) => (row.version === null ? [] : [toEvent(row)]));
    return first && { isOver: isOver({ status: first.now }), events };
  }

  /** What came after each of these positions, in their order. */
  async news(positions: readonly Position[]): Promise<TimelineEvent[][]> {
    const rows = await this.database.rows<EventRow & { readonly place: number }>(sql`
      SELECT at.place::int, event.*
      FROM unnest(${positions.map(({ orderId }) => orderId)}::uuid[], ${positions.map(({ after }) => after)}::int[])
             WITH ORDINALITY AS at (order_id, after, place)
      CROSS JOIN LATERAL (${eventsAfter(sql`at.order_id`, sql`at.after`)}) AS event
      ORDER BY at.place, event.version`);
    const byPlace = Map.groupBy(rows, ({ place }) => place);
    return positions.map((_, index) => (byPlace.get(index + 1) ?? []).map(toEvent));
  }
}

function eventsAfter(orderId: Sql, version: Sql): Sql {
  return sql`
    SELECT version, status, at, cause FROM order_timeline
    WHERE order_id = ${orderId} AND version > ${version} ORDER BY version LIMIT ${mostAtOnce}`;
}

function toEvent({ version, status, at, cause }: EventRow): TimelineEvent {
  return { id: version, data: { status, at: at.toISOString(), cause } };
}

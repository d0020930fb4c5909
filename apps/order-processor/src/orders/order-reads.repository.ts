import { Injectable } from '@nestjs/common';
import type { OrderWithTimelineResponse } from '@towpath/api';
import { Database, lastId, sql } from '@towpath/database';

import { orderColumns } from './order.repository.ts';
import { type OrderRow, toOrder } from './order.row.ts';
import type { Order } from './order.ts';

type Entry = OrderWithTimelineResponse['timeline'][number];

/** What clients read of orders. */
@Injectable()
export class OrderReadsRepository {
  constructor(private readonly database: Database) {}

  /** The customer's own, newest first: ids are made in the order of time. */
  async page(customerId: string, { after = lastId, limit }: { after?: string; limit: number }): Promise<Order[]> {
    const rows = await this.database.rows<OrderRow>(sql`
      SELECT ${orderColumns} FROM orders o
      WHERE o.user_id = ${customerId} AND o.id < ${after} ORDER BY o.id DESC LIMIT ${limit}`);
    return rows.map(toOrder);
  }

  /** An order with all that happened to it, if it belongs to this customer; null: to anyone. */
  async withTimeline(owner: string | null, id: string): Promise<{ order: Order; timeline: Entry[] } | undefined> {
    const row = await this.database.maybeOne<OrderRow & { timeline: Entry[] }>(sql`
      SELECT ${orderColumns},
        (SELECT jsonb_agg(jsonb_build_object(
           'status', status, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'cause', cause) ORDER BY version)
         FROM order_timeline WHERE order_id = o.id) AS timeline
      FROM orders o WHERE o.id = ${id} AND (${owner}::uuid IS NULL OR o.user_id = ${owner})`);
    return row && { order: toOrder(row), timeline: row.timeline };
  }
}

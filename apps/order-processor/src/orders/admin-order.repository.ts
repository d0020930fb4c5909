import { Injectable } from '@nestjs/common';
import { Database, lastId, type Sql, sql } from '@towpath/database';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import { isOver, type OrderStatus } from './order.machine.ts';
import { isStuck, orderColumns } from './order.repository.ts';
import { type OrderRow, toOrder } from './order.row.ts';
import type { Order } from './order.ts';

/** Which orders are looked for; undefined: all. */
export interface Wanted {
  readonly status?: OrderStatus;
  readonly stuck?: 'true' | 'false';
}

/** What admins read of the orders of everybody. */
@Injectable()
export class AdminOrderRepository {
  constructor(
    private readonly database: Database,
    private readonly config: OrderProcessorConfig,
  ) {}

  /** Newest first: ids are made in the order of time. */
  async page(wanted: Wanted, { after = lastId, limit }: { after?: string; limit: number }): Promise<Order[]> {
    const rows = await this.database.rows<OrderRow>(sql`
      SELECT ${orderColumns} FROM orders o
      WHERE o.id < ${after} AND ${hasStatus(wanted)} AND ${this.isAsStuck(wanted)} ORDER BY o.id DESC LIMIT ${limit}`);
    return rows.map(toOrder);
  }

  private isAsStuck({ stuck }: Wanted): Sql {
    const condition = isStuck(this.config.stuckAfterMs);
    if (stuck === 'true') return condition;
    return stuck === 'false' ? sql`NOT (${condition})` : sql`true`;
  }
}

/** Says beside the status what follows from it: that is what the two indexes for it are limited to. */
function hasStatus({ status }: Wanted): Sql {
  if (!status) return sql`true`;
  return isOver({ status })
    ? sql`o.status = ${status} AND o.status IN ('COMPLETED', 'CANCELLED')`
    : sql`o.status = ${status} AND o.settled_at IS NULL`;
}

import { Injectable } from '@nestjs/common';
import { Database, sql } from '@towpath/database';

import type { OrderRow } from '../orders/order.row.ts';
import type { OrdersForReconciliation } from './orders-for-reconciliation.route.ts';

type Item = OrdersForReconciliation['items'][number];
type Row = Pick<
  OrderRow,
  'id' | 'status' | 'total_minor' | 'currency' | 'refund_goal_minor' | 'refunded_minor' | 'created_at' | 'updated_at'
> & { readonly settled: boolean };

/** Below every UUIDv7. */
const oldest = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class OrdersForReconciliationRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first: ids are made in the order of time. */
  async page({ after = oldest, limit }: { after?: string; limit: number }): Promise<Item[]> {
    const rows = await this.database.rows<Row>(sql`
      SELECT id, status, total_minor, currency, refund_goal_minor, refunded_minor, settled_at IS NOT NULL AS settled,
             created_at, updated_at
      FROM orders WHERE id > ${after} ORDER BY id LIMIT ${limit}`);
    return rows.map(toItem);
  }
}

function toItem(row: Row): Item {
  return {
    orderId: row.id,
    status: row.status,
    total: { amountMinor: row.total_minor, currency: row.currency },
    refundGoalMinor: row.refund_goal_minor,
    refundedMinor: row.refunded_minor,
    settled: row.settled,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@towpath/database';

import type { ReservationState } from './reservation.machine.ts';
import type { StockLine } from './stock-line.ts';

@Injectable()
export class ReservationRepository {
  /** The state, locked until the transaction ends. Where there is none, the stream's cursor is what keeps others out. */
  async lock(tx: Transaction, orderId: string): Promise<ReservationState | 'none'> {
    const found = await tx.maybeOne<{ state: ReservationState }>(
      sql`SELECT state FROM reservation WHERE order_id = ${orderId} FOR UPDATE`,
    );
    return found?.state ?? 'none';
  }

  /** Stores the state, and the lines of an order that holds something. */
  async store(
    tx: Transaction,
    orderId: string,
    state: ReservationState,
    held: readonly StockLine[] = [],
  ): Promise<void> {
    await tx.run(sql`
      WITH moved AS (UPDATE reservation SET state = ${state} WHERE order_id = ${orderId} RETURNING 1),
      stored AS (
        INSERT INTO reservation (order_id, state)
        SELECT ${orderId}::uuid, ${state} WHERE NOT EXISTS (SELECT 1 FROM moved))
      INSERT INTO reservation_line (order_id, product_id, quantity)
      SELECT ${orderId}::uuid, line.product_id, line.quantity
        FROM unnest(${held.map((line) => line.productId)}::uuid[], ${held.map((line) => line.quantity)}::int[])
          AS line(product_id, quantity)`);
  }

  lines(tx: Transaction, orderId: string): Promise<StockLine[]> {
    return tx.rows(sql`
      SELECT product_id AS "productId", quantity FROM reservation_line WHERE order_id = ${orderId}`);
  }
}

import { Injectable } from '@nestjs/common';
import { type Sql, sql, type Transaction } from '@towpath/database';

import type { StockLine } from './stock-line.ts';

/** Moves pieces of products between the shelf, orders and customers. The checks of the table refuse what is not there. */
@Injectable()
export class StockRepository {
  /** Holds all of them, or nothing and says so. An unknown product is not available. */
  async hold(tx: Transaction, lines: readonly StockLine[]): Promise<boolean> {
    const available = await this.lock(tx, lines);
    const suffices = lines.every((line) => (available.get(line.productId) ?? 0) >= line.quantity);
    if (suffices) await this.change(tx, lines, sql`reserved = reserved + line.quantity`);
    return suffices;
  }

  /** What was held leaves the shelf for good. */
  async take(tx: Transaction, lines: readonly StockLine[]): Promise<void> {
    await this.lock(tx, lines);
    await this.change(tx, lines, sql`reserved = reserved - line.quantity, stock = stock - line.quantity`);
  }

  /** What was held can be sold again. */
  async free(tx: Transaction, lines: readonly StockLine[]): Promise<void> {
    await this.lock(tx, lines);
    await this.change(tx, lines, sql`reserved = reserved - line.quantity`);
  }

  /** Always in the order of the ids, so that two orders for the same products wait for each other and never deadlock. */
  private async lock(tx: Transaction, lines: readonly StockLine[]): Promise<Map<string, number>> {
    const rows = await tx.rows<{ id: string; available: number }>(sql`
      SELECT id, stock - reserved AS available FROM product
       WHERE id = ANY(${lines.map((line) => line.productId)}) ORDER BY id FOR NO KEY UPDATE`);
    return new Map(rows.map(({ id, available }) => [id, available]));
  }

  private async change(tx: Transaction, lines: readonly StockLine[], assignment: Sql): Promise<void> {
    await tx.run(sql`
      UPDATE product SET ${assignment}
        FROM unnest(${lines.map((line) => line.productId)}::uuid[], ${lines.map((line) => line.quantity)}::int[])
          AS line(product_id, quantity)
       WHERE id = line.product_id`);
  }
}

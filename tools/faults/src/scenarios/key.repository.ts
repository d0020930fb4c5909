import { Database } from '../postgres/database.ts';
import type { FaultShop } from '../shop/fault-shop.ts';

/** Time travel for the keys of checkouts and refunds. */
export class KeyRepository {
  private readonly database: Database;

  constructor({ databases }: Pick<FaultShop, 'databases'>) {
    this.database = new Database(databases['order-processor']);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** The life of these keys is over. Resolves with their number. */
  async expire(keys: readonly string[]): Promise<number> {
    const rows = await this.database.rows(
      `UPDATE idempotency_key SET expires_at = now() - interval '1 s', created_at = created_at - interval '8 days'
        WHERE key = ANY ($1) RETURNING key`,
      [keys],
    );
    return rows.length;
  }

  /** Money that was asked back for an order. */
  async refundGoal(orderId: string): Promise<number> {
    const { goal } = await this.database.one<{ goal: number }>(
      `SELECT refund_goal_minor AS goal FROM orders WHERE id = $1`,
      [orderId],
    );
    return goal;
  }
}

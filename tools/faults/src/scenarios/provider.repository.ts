import { Database } from '../postgres/database.ts';
import type { FaultShop } from '../shop/fault-shop.ts';

/** What payment wrote down about a provider that did wrong. */
export class ProviderRepository {
  private readonly database: Database;

  constructor({ databases }: Pick<FaultShop, 'databases'>) {
    this.database = new Database(databases.payment);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Orders whose payment waits for a person. */
  async inReview(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `SELECT order_id AS id FROM payment JOIN psp_operation ON payment_id = payment.id
        WHERE psp_operation.state = 'NEEDS_REVIEW'`,
    );
    return rows.map(({ id }) => id);
  }

  /** What payment was asked to take for each order. */
  async amounts(): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ id: string; amount: number }>(
      `SELECT order_id AS id, amount_minor AS amount FROM payment WHERE amount_minor IS NOT NULL`,
    );
    return new Map(rows.map(({ id, amount }) => [id, amount]));
  }

  /** Events that could not be true if our books are. */
  async flaggedEvents(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM anomaly WHERE kind = 'provider-mismatch'`,
    );
    return count;
  }

  /** Times that an event had an effect or was looked at. */
  async takenEvents(eventId: string): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM inbox WHERE consumer = 'payment-provider' AND message_id = $1`,
      [eventId],
    );
    return count;
  }
}

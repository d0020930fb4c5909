import type { Database } from '../postgres/database.ts';

interface Item {
  readonly what: string;
  /** The order that it is about, where it is about one. */
  readonly orderId: string | null;
}

/** How much of each kind is not done yet, and what some of it is. Cheap: each is what an index holds. */
export class UnfinishedRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Neither its own word that it is settled is enough, nor that of its state. */
  orders(): Promise<Item[]> {
    return this.database.rows(`
      SELECT 'order ' || id || ' is ' || status || ', stock ' || coalesce(stock_seen, 'unknown') || ', payment '
             || coalesce(payment_seen, 'unknown') || CASE WHEN settled_at IS NULL THEN ', and not settled' ELSE ', and called settled' END
             AS what, id AS "orderId"
        FROM orders WHERE settled_at IS NULL OR status NOT IN ('COMPLETED', 'CANCELLED')`);
  }

  messages(): Promise<Item[]> {
    return this.database.rows(`
      SELECT type || ' of ' || aggregateid || ' was not published'
             || CASE WHEN parked_at IS NULL THEN '' ELSE ' and is parked' END AS what, aggregateid AS "orderId"
        FROM outbox WHERE published_at IS NULL`);
  }

  /** Goods that nobody else can buy: every order ends by taking them or by letting them go. */
  reservations(): Promise<Item[]> {
    return this.database.rows(`
      SELECT 'goods are still held for order ' || order_id AS what, order_id AS "orderId"
        FROM reservation WHERE state = 'RESERVED'`);
  }

  operations(): Promise<Item[]> {
    return this.database.rows(`
      SELECT kind || ' of order ' || order_id || ' is ' || psp_operation.state || ' after ' || attempts || ' attempts' AS what,
             order_id AS "orderId"
        FROM psp_operation JOIN payment ON payment.id = payment_id
       WHERE psp_operation.state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW')`);
  }

  waiting(): Promise<Item[]> {
    return this.database.rows(`
      SELECT 'message ' || message_id || ' of ' || aggregate_type || ' ' || aggregate_id || ' waits for those before it' AS what,
             aggregate_id AS "orderId"
        FROM inbox_pending`);
  }

  /** Only how many, for the plots. */
  async countOrders(): Promise<number> {
    const [{ count }] = await this.database.rows<{ count: number }>(
      `SELECT count(*) AS count FROM orders WHERE settled_at IS NULL`,
    );
    return count;
  }

  async countMessages(): Promise<number> {
    const [{ count }] = await this.database.rows<{ count: number }>(
      `SELECT count(*) AS count FROM outbox WHERE published_at IS NULL AND parked_at IS NULL`,
    );
    return count;
  }
}

import type { Database } from '../postgres/database.ts';

/** An order, as far as the invariants look at it. */
export interface CheckedOrder {
  readonly id: string;
  readonly userId: string;
  readonly cartId: string;
  readonly status: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly isSettled: boolean;
}

/** A step in the story of an order. */
export interface Step {
  readonly orderId: string;
  readonly version: number;
  readonly status: string;
  readonly cause: string;
  readonly before: string | null;
  readonly versionBefore: number | null;
  /** The clock had not gone on since the step before. */
  readonly isBackInTime: boolean;
}

/** Looks into order-processor's database. */
export class OrderRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  all(): Promise<CheckedOrder[]> {
    return this.database.rows(`
      SELECT id, user_id AS "userId", cart_id AS "cartId", status, total_minor AS "totalMinor", currency,
             settled_at IS NOT NULL AS "isSettled"
        FROM orders`);
  }

  /** How many orders ended how. */
  ends(): Promise<{ status: string; count: number }[]> {
    return this.database.rows(`
      SELECT CASE WHEN cancel_reason IS NULL THEN status ELSE status || ' ' || cancel_reason END AS status, count(*) AS count
        FROM orders GROUP BY 1 ORDER BY 1`);
  }

  /** Every step of every order, with the one before it. */
  steps(): Promise<Step[]> {
    return this.database.rows(`
      SELECT order_id AS "orderId", version, status, cause,
             lag(status) OVER story AS before, lag(version) OVER story AS "versionBefore",
             coalesce(at < lag(at) OVER story, false) AS "isBackInTime"
        FROM order_timeline WINDOW story AS (PARTITION BY order_id ORDER BY version)`);
  }

  /** Orders whose story does not end where they are. */
  async strayed(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(`
      SELECT o.id FROM orders o LEFT JOIN order_timeline last ON last.order_id = o.id AND last.version = o.version
       WHERE last.status IS DISTINCT FROM o.status
          OR EXISTS (SELECT FROM order_timeline later WHERE later.order_id = o.id AND later.version > o.version)`);
    return rows.map(({ id }) => id);
  }
}

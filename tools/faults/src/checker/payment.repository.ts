import type { Database } from '../postgres/database.ts';

/** What the books say of one order's money. */
export interface Account {
  readonly orderId: string;
  readonly currency: string;
  readonly takenMinor: number;
  readonly refundedMinor: number;
}

interface Repeated {
  readonly what: string;
  readonly count: number;
}

/** Looks into payment's database. */
export class PaymentRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Orders with money in the books. */
  accounts(): Promise<Account[]> {
    return this.database.rows(`
      SELECT order_id AS "orderId", entry.currency,
             coalesce(sum(-entry.amount_minor) FILTER (WHERE account = 'sales'), 0) AS "takenMinor",
             coalesce(sum(entry.amount_minor) FILTER (WHERE account = 'refunds'), 0) AS "refundedMinor"
        FROM ledger_entry entry JOIN psp_operation operation ON operation.id = transfer_id
        JOIN payment ON payment.id = operation.payment_id
       GROUP BY order_id, entry.currency`);
  }

  /** Transfers that do not add up to nothing, and currencies that do not: there must be none. */
  imbalances(): Promise<{ what: string; surplus: number; currency: string }[]> {
    return this.database.rows(`
      SELECT 'transfer ' || transfer_id AS what, sum(amount_minor) AS surplus, currency FROM ledger_entry
       GROUP BY transfer_id, currency HAVING sum(amount_minor) <> 0
      UNION ALL
      SELECT 'the whole ledger', sum(amount_minor), currency FROM ledger_entry
       GROUP BY currency HAVING sum(amount_minor) <> 0`);
  }

  /** What happened more than once that may happen once. */
  repeated(): Promise<Repeated[]> {
    return this.database.rows(`
      SELECT 'payment of order ' || order_id AS what, count(*) AS count FROM payment GROUP BY order_id HAVING count(*) > 1
      UNION ALL
      SELECT kind || ' of order ' || order_id, count(*)
        FROM psp_operation JOIN payment ON payment.id = payment_id
       WHERE kind <> 'refund' AND psp_operation.state = 'DONE' AND result->>'is' IN ('authorized', 'captured', 'voided')
         AND result->>'is' = CASE kind WHEN 'authorize' THEN 'authorized' WHEN 'capture' THEN 'captured' ELSE 'voided' END
       GROUP BY kind, order_id HAVING count(*) > 1
      UNION ALL
      SELECT 'capture in the ledger of order ' || order_id, count(*)
        FROM ledger_entry JOIN psp_operation operation ON operation.id = transfer_id JOIN payment ON payment.id = payment_id
       WHERE account = 'sales' GROUP BY order_id HAVING count(*) > 1`);
  }
}

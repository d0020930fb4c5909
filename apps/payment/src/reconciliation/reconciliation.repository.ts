import { Injectable } from '@nestjs/common';
import { Database, json, newId, sql, type Transaction } from '@towpath/database';

import type { Mismatch, MismatchKind } from './mismatch.ts';
import type { OrderAccount } from './order-account.ts';
import type { ReportedOrder } from './order-report.ts';
import type { ReportedCharge } from './provider-report.ts';

export interface Run {
  readonly id: string;
  readonly startedAt: Date;
}

/** The runs, the reports that one of them works with, and what was found. */
@Injectable()
export class ReconciliationRepository {
  constructor(private readonly database: Database) {}

  /** Notes a run by the database's clock, and forgets what an earlier one left behind. */
  async begin(): Promise<Run> {
    await this.forgetReports();
    return this.database.one<Run>(sql`
      INSERT INTO reconciliation_run (id) VALUES (${newId()}) RETURNING id, started_at AS "startedAt"`);
  }

  async keepCharges(charges: readonly ReportedCharge[]): Promise<void> {
    await this.database.rows(sql`
      INSERT INTO reconciliation_charge (reference, order_id, status, amount_minor, refunded_minor, currency, created_at)
      SELECT reference, "orderId", status, "amountMinor", "refundedMinor", currency, "createdAt"
        FROM jsonb_to_recordset(${json(charges)}) AS charge(reference text, "orderId" uuid, status text,
             "amountMinor" bigint, "refundedMinor" bigint, currency text, "createdAt" timestamptz)
      ON CONFLICT DO NOTHING`);
  }

  async keepOrders(orders: readonly ReportedOrder[]): Promise<void> {
    await this.database.rows(sql`
      INSERT INTO reconciliation_order (order_id, status, total_minor, currency, refund_goal_minor, settled, updated_at)
      SELECT "orderId", status, (total ->> 'amountMinor')::bigint, total ->> 'currency', "refundGoalMinor", settled, "updatedAt"
        FROM jsonb_to_recordset(${json(orders)}) AS each("orderId" uuid, status text, total jsonb,
             "refundGoalMinor" bigint, settled bool, "updatedAt" timestamptz)
      ON CONFLICT DO NOTHING`);
  }

  /**
   * The accounts of the next orders above `after`. Payments below `floor` only come with a charge that was reported; what changed
   * after `quietSince` is under way.
   */
  accounts(after: string, { floor, quietSince, limit }: { floor: string; quietSince: Date; limit: number }) {
    return this.database.rows<OrderAccount>(sql`
      WITH known AS (
        (SELECT order_id FROM payment WHERE order_id > greatest(${after}::uuid, ${floor}::uuid)
          ORDER BY order_id LIMIT ${limit})
        UNION (SELECT order_id FROM reconciliation_charge WHERE order_id > ${after} ORDER BY order_id LIMIT ${limit})
        UNION (SELECT order_id FROM reconciliation_order WHERE order_id > ${after} ORDER BY order_id LIMIT ${limit})),
      next AS (SELECT order_id FROM known ORDER BY order_id LIMIT ${limit})
      SELECT next.order_id AS "orderId", coalesce(charge.all, '[]') AS charges, next.order_id > ${floor} AS "ordersAsked",
             CASE WHEN payment.id IS NOT NULL THEN json_build_object(
               'state', state, 'amountMinor', amount_minor, 'currency', payment.currency,
               'refundedMinor', payment.refunded_minor, 'reference', provider_reference,
               'needsReview', coalesce(operation.needs_review, false), 'ledgerTakenMinor', ledger.taken_minor,
               'ledgerRefundedMinor', ledger.refunded_minor, 'unbalanced', ledger.unbalanced) END AS payment,
             CASE WHEN known_order.order_id IS NOT NULL THEN json_build_object(
               'status', known_order.status, 'totalMinor', total_minor, 'currency', known_order.currency,
               'refundGoalMinor', known_order.refund_goal_minor, 'settled', settled) END AS order,
             coalesce(greatest(charge.newest, changed_at, known_order.updated_at) > ${quietSince}, false)
               OR coalesce(NOT operation.needs_review, false) AS "underWay"
        FROM next
        LEFT JOIN payment ON payment.order_id = next.order_id
        LEFT JOIN reconciliation_order AS known_order ON known_order.order_id = next.order_id
        LEFT JOIN LATERAL (
          SELECT json_agg(json_build_object('reference', reference, 'status', status, 'amountMinor', amount_minor,
                          'refundedMinor', refunded_minor, 'currency', currency) ORDER BY reference) AS all,
                 max(created_at) AS newest
            FROM reconciliation_charge WHERE order_id = next.order_id) AS charge ON true
        LEFT JOIN LATERAL (
          SELECT state = 'NEEDS_REVIEW' AS needs_review FROM psp_operation
           WHERE payment_id = payment.id AND state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW')) AS operation ON true
        LEFT JOIN LATERAL (
          SELECT coalesce(-sum(sales), 0)::bigint AS taken_minor, coalesce(sum(refunds), 0)::bigint AS refunded_minor,
                 count(*) FILTER (WHERE surplus <> 0) AS unbalanced
            FROM (SELECT sum(entry.amount_minor) FILTER (WHERE account = 'sales') AS sales,
                         sum(entry.amount_minor) FILTER (WHERE account = 'refunds') AS refunds,
                         sum(entry.amount_minor) AS surplus
                    FROM ledger_entry AS entry JOIN psp_operation AS made ON made.id = transfer_id
                   WHERE made.payment_id = payment.id GROUP BY transfer_id, entry.currency) AS transfer) AS ledger ON true
       ORDER BY next.order_id`);
  }

  /** @returns those that no earlier run has found */
  async keep(tx: Transaction, run: Run, mismatches: readonly Mismatch[]): Promise<Mismatch[]> {
    const kept = await tx.rows<Mismatch & { isNew: boolean }>(sql`
      INSERT INTO reconciliation_mismatch (kind, subject, detail, run_id)
      SELECT kind, subject, detail, ${run.id}
        FROM jsonb_to_recordset(${json(mismatches)}) AS found(kind text, subject text, detail jsonb)
      ON CONFLICT (kind, subject) DO UPDATE SET detail = excluded.detail, run_id = excluded.run_id
      RETURNING kind, subject, detail, xmax = 0 AS "isNew"`);
    return kept.filter(({ isNew }) => isNew).map(({ kind, subject, detail }) => ({ kind, subject, detail }));
  }

  /** Those that were looked at and not found again are settled: orders above `floor`, strays since. @returns how many were found */
  async finish({ id }: Run, { since, floor }: { since: Date; floor: string }, compared: number): Promise<number> {
    await this.forgetReports();
    await this.database.rows(sql`
      DELETE FROM reconciliation_mismatch WHERE run_id <> ${id}
         AND coalesce((detail #>> '{provider,0,createdAt}')::timestamptz >= ${since}, subject COLLATE "C" > ${floor})`);
    const { mismatches } = await this.database.one<{ mismatches: number }>(sql`
      UPDATE reconciliation_run SET finished_at = now(), compared = ${compared},
             mismatches = (SELECT count(*) FROM reconciliation_mismatch WHERE run_id = ${id})
       WHERE id = ${id} RETURNING mismatches`);
    return mismatches;
  }

  /** What a run found, after the one given. */
  found(runId: string, after: Pick<Mismatch, 'kind' | 'subject'> | undefined, limit: number): Promise<Mismatch[]> {
    return this.database.rows<Mismatch>(sql`
      SELECT kind, subject, detail FROM reconciliation_mismatch
       WHERE run_id = ${runId} AND (kind, subject) > (${after?.kind ?? ''}, ${after?.subject ?? ''})
       ORDER BY kind, subject LIMIT ${limit}`);
  }

  async counts(): Promise<Partial<Record<MismatchKind, number>>> {
    const rows = await this.database.rows<{ kind: MismatchKind; count: number }>(sql`
      SELECT kind, count(*)::int AS count FROM reconciliation_mismatch GROUP BY kind`);
    return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
  }

  /** Seconds since a run came to its end; infinite when none did. */
  async ageSeconds(): Promise<number> {
    const { age } = await this.database.one<{ age: number | null }>(sql`
      SELECT extract(epoch FROM now() - max(finished_at))::float8 AS age FROM reconciliation_run`);
    return age ?? Infinity;
  }

  /** Some at a time: no statement may take long. */
  private async forgetReports(): Promise<void> {
    const atOnce = 5_000;
    for (let gone = atOnce; gone === atOnce;) {
      ({ gone } = await this.database.one<{ gone: number }>(sql`
        WITH charges AS (DELETE FROM reconciliation_charge WHERE reference IN (
                           SELECT reference FROM reconciliation_charge LIMIT ${atOnce}) RETURNING 1),
             orders AS (DELETE FROM reconciliation_order WHERE order_id IN (
                          SELECT order_id FROM reconciliation_order LIMIT ${atOnce}) RETURNING 1)
        SELECT greatest((SELECT count(*) FROM charges), (SELECT count(*) FROM orders))::int AS gone`));
    }
  }
}

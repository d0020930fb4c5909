import { Injectable } from '@nestjs/common';
import { Database, json, sql, type Transaction } from '@towpath/database';
import { add } from '@towpath/money';
import { currentTraceparent } from '@towpath/tracing';

import { PaymentConfig } from '../payment.config.ts';
import type { Operation } from './operation.ts';
import { ofPayment, type OpenOperation, type Payment } from './payment.ts';

/** A look-up is two calls, so a lease outlasts two timeouts and the store of their result. */
const timeoutsPerLease = 3;

@Injectable()
export class OperationRepository {
  constructor(
    private readonly database: Database,
    private readonly config: PaymentConfig,
  ) {}

  /** Its key is made of what it is for: even a row that was lost and made again would not charge twice. */
  async queue(tx: Transaction, payment: Payment, { id, kind, amountMinor }: OpenOperation): Promise<void> {
    const total = add(ofPayment(payment, payment.refundedMinor), ofPayment(payment, amountMinor));
    const purpose = kind === 'refund' ? `refund-${total.amountMinor}` : kind;
    await tx.run(sql`
      INSERT INTO psp_operation (id, payment_id, kind, amount_minor, idem_key, state, traceparent)
      VALUES (${id}, ${payment.id}, ${kind}, ${amountMinor}, ${`${payment.orderId}-${purpose}`}, 'QUEUED',
              ${currentTraceparent()})`);
  }

  /** @returns false when it was claimed meanwhile: then the provider may know of it. */
  async drop(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.run(sql`UPDATE psp_operation SET state = 'DROPPED' WHERE id = ${id} AND state = 'QUEUED'`)) === 1;
  }

  /** Takes up to `limit` operations that are due, for the length of a lease by the database's clock. */
  claim(limit: number): Promise<Operation[]> {
    const { paymentProviderTimeoutMs: timeoutMs, operationLookUpAfterMs: lookUpAfterMs } = this.config;
    return this.database.rows(sql`
      WITH due AS MATERIALIZED (
        SELECT id, first_sent_at <= now() - ${lookUpAfterMs} * interval '1 ms' AS overdue
          FROM psp_operation
         WHERE state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW') AND next_at <= now()
           AND (lease_until IS NULL OR lease_until <= now())
         ORDER BY next_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      UPDATE psp_operation AS operation
         SET state = CASE operation.state WHEN 'QUEUED' THEN 'SENT' ELSE operation.state END,
             approach = CASE WHEN due.overdue AND approach = 'send' THEN 'find' ELSE approach END,
             attempts = attempts + 1,
             lease_until = now() + ${timeoutsPerLease * timeoutMs} * interval '1 ms',
             first_sent_at = coalesce(first_sent_at, now())
        FROM due, payment
       WHERE operation.id = due.id AND payment.id = operation.payment_id
      RETURNING operation.id, kind, operation.amount_minor AS "amountMinor", idem_key AS "idemKey", approach,
                attempts AS attempt, coalesce(overdue, false) AS overdue, traceparent, order_id AS "orderId",
                currency, payment_method AS "paymentMethod", provider_reference AS "providerReference",
                refunded_minor AS "refundedMinor"`);
  }

  /** @returns false when it was closed before: the outcome is booked already. */
  async close(tx: Transaction, id: string, result: object): Promise<boolean> {
    const closed = await tx.run(sql`
      UPDATE psp_operation SET state = 'DONE', result = ${json(result)}, lease_until = NULL
       WHERE id = ${id} AND state IN ('SENT', 'NEEDS_REVIEW')`);
    return closed === 1;
  }

  /** Gives the claim back until later, unless someone else has claimed it since. */
  async postpone(
    operation: Operation,
    approach: Operation['approach'],
    delayMs: number,
    reason: string,
  ): Promise<void> {
    await this.database.rows(sql`
      UPDATE psp_operation
         SET approach = ${approach}, next_at = now() + ${delayMs} * interval '1 ms', lease_until = NULL,
             result = ${json({ is: 'unknown', reason })}
       WHERE id = ${operation.id} AND attempts = ${operation.attempt} AND state = 'SENT'`);
  }

  /** Leaves it to a person, but goes on looking. @returns false when it is closed, or someone else has claimed it since. */
  async review(tx: Transaction, operation: Operation, reason: string): Promise<boolean> {
    const kept = await tx.run(sql`
      UPDATE psp_operation
         SET state = 'NEEDS_REVIEW', lease_until = NULL, result = ${json({ is: 'unknown', reason })},
             next_at = now() + ${this.config.operationReviewEveryMs} * interval '1 ms'
       WHERE id = ${operation.id} AND attempts = ${operation.attempt} AND state IN ('SENT', 'NEEDS_REVIEW')`);
    return kept === 1;
  }

  async countInReview(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM psp_operation WHERE state = 'NEEDS_REVIEW'`,
    );
    return count;
  }
}

import { Injectable } from '@nestjs/common';
import { newId, sql, type Transaction } from '@towpath/database';

import type { OpenOperation, Payment } from './payment.ts';

type Nullable<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | null : T[K] };
type Row = Nullable<Omit<Payment, 'operation'>>;

@Injectable()
export class PaymentRepository {
  /** The payment, locked until the transaction ends. Where there is none, its order id being unique keeps others out. */
  async lock(tx: Transaction, orderId: string): Promise<Payment> {
    const row = await tx.maybeOne<Row>(sql`
      SELECT id, order_id AS "orderId", version, coalesce(amount_minor, 0) AS "amountMinor", currency,
             payment_method AS "paymentMethod", state, goal, refund_goal_minor AS "refundGoalMinor",
             refunded_minor AS "refundedMinor", provider_reference AS "providerReference",
             decline_reason AS "declineReason"
        FROM payment WHERE order_id = ${orderId} FOR UPDATE`);
    if (!row) return nothingAsked(orderId);
    // Read after the lock was got: a joined row could be older than the lock.
    return { ...withoutNulls(row), operation: await this.openOperation(tx, row.id) };
  }

  /** The order of a charge: the one that it names, else the one whose charge it is. Undefined when we know of neither. */
  async orderOf(
    tx: Transaction,
    orderId: string | undefined,
    reference: string | undefined,
  ): Promise<string | undefined> {
    const known = orderId === undefined ? sql`provider_reference = ${reference}` : sql`order_id = ${orderId}`;
    const [found] = await tx.rows<{ orderId: string }>(sql`
      SELECT order_id AS "orderId" FROM payment WHERE ${known} LIMIT 1`);
    return found?.orderId;
  }

  /** @throws DatabaseError, a `uniqueViolation`, when someone else has just stored the first of this order */
  async store(tx: Transaction, payment: Payment): Promise<void> {
    const { version, amountMinor, currency, paymentMethod, providerReference, declineReason } = payment;
    const stored = await tx.run(sql`
      INSERT INTO payment (id, order_id, amount_minor, currency, payment_method, state, goal, refund_goal_minor,
                           refunded_minor, provider_reference, decline_reason, version)
      VALUES (${payment.id}, ${payment.orderId}, nullif(${amountMinor}::bigint, 0), ${currency}, ${paymentMethod},
              ${payment.state}, ${payment.goal}, ${payment.refundGoalMinor}, ${payment.refundedMinor},
              ${providerReference}, ${declineReason}, ${version + 1})
      ON CONFLICT (id) DO UPDATE
         SET state = excluded.state, goal = excluded.goal, refund_goal_minor = excluded.refund_goal_minor,
             refunded_minor = excluded.refunded_minor, provider_reference = excluded.provider_reference,
             decline_reason = excluded.decline_reason, version = excluded.version, changed_at = now()
       WHERE payment.version = ${version}`);
    if (stored !== 1) throw new Error(`The payment of order ${payment.orderId} was changed by someone else.`);
  }

  private openOperation(tx: Transaction, paymentId: string): Promise<OpenOperation | undefined> {
    return tx.maybeOne(sql`
      SELECT id, kind, amount_minor AS "amountMinor", state <> 'QUEUED' AS claimed, state = 'NEEDS_REVIEW' AS "needsReview"
        FROM psp_operation WHERE payment_id = ${paymentId} AND state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW')`);
  }
}

const nothingAsked = (orderId: string): Payment => ({
  id: newId(),
  orderId,
  version: 0,
  state: 'NONE',
  goal: 'authorize',
  amountMinor: 0,
  refundGoalMinor: 0,
  refundedMinor: 0,
});

const withoutNulls = (row: Row): Payment =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as Payment;

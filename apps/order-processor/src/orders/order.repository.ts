import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Database, type Sql, sql, type Transaction } from '@towpath/database';
import { orders as ownTopic } from '@towpath/messages';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import { isAtRest } from './order.machine.ts';
import { type OrderRow, toOrder } from './order.row.ts';
import type { Order } from './order.ts';

/** Of an order `o` with its lines. Named one by one: a `*` in a prepared statement breaks when a migration adds a column. */
export const orderColumns = sql`
  o.id, o.user_id, o.cart_id, o.total_minor, o.currency, o.payment_method, o.status, o.version, o.cancel_reason,
  o.stock_goal, o.stock_seen, o.payment_goal, o.payment_seen, o.refund_goal_minor, o.refunded_minor, o.needs_review,
  o.created_at, o.updated_at,
  (SELECT jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity, 'unitPriceMinor', unit_price_minor) ORDER BY position)
   FROM order_line WHERE order_id = o.id) AS lines`;

/** Of an order `o`: whether it is unsettled and has not moved for so long that somebody should look. */
export const isStuck = (afterMs: number): Sql =>
  sql`o.settled_at IS NULL AND o.updated_at < now() - ${afterMs} * interval '1 millisecond'`;

/** Changes orders. Whoever changes one holds its row lock, from a `lock…` here to the end of the transaction. */
@Injectable()
export class OrderRepository {
  constructor(
    private readonly database: Database,
    private readonly identity: ServiceIdentity,
    private readonly config: OrderProcessorConfig,
  ) {}

  lock(tx: Transaction, id: string): Promise<Order | undefined> {
    return lockWhere(tx, sql`o.id = ${id} FOR UPDATE OF o`);
  }

  /** Only an order of this customer; null: of anyone. */
  lockOf(tx: Transaction, owner: string | null, id: string): Promise<Order | undefined> {
    return lockWhere(tx, sql`o.id = ${id} AND (${owner}::uuid IS NULL OR o.user_id = ${owner}) FOR UPDATE OF o`);
  }

  /** Only if nobody else is changing it. */
  lockFree(tx: Transaction, id: string): Promise<Order | undefined> {
    return lockWhere(tx, sql`o.id = ${id} FOR UPDATE OF o SKIP LOCKED`);
  }

  /** Only if it is still unsettled and quiet; one that somebody else is changing is not. */
  lockQuiet(tx: Transaction, id: string): Promise<Order | undefined> {
    return lockWhere(tx, sql`o.id = ${id} AND ${this.isQuiet} FOR UPDATE OF o SKIP LOCKED`);
  }

  /** The unsettled orders that heard nothing for a while, those that heard nothing for longest first. */
  async quiet(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(sql`
      SELECT o.id FROM orders o WHERE ${this.isQuiet} ORDER BY o.progress_at LIMIT ${this.config.sweepBatch}`);
    return rows.map(({ id }) => id);
  }

  /** The orders past their deadline that may still miss it, the longest overdue first. */
  async overdue(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(sql`
      SELECT id FROM orders WHERE status IN ('PLACED', 'RESERVING', 'AUTHORIZING') AND deadline_at <= now()
      ORDER BY deadline_at LIMIT ${this.config.sweepBatch}`);
    return rows.map(({ id }) => id);
  }

  /** How many orders are unsettled, and how many of them for so long that somebody should look. */
  unsettled(): Promise<{ all: number; stuck: number }> {
    return this.database.one(sql`
      SELECT count(*)::int AS all,
             count(*) FILTER (WHERE ${isStuck(this.config.stuckAfterMs)})::int AS stuck
      FROM orders o WHERE o.settled_at IS NULL`);
  }

  /** Whether all that a locked order said of itself has come back to this service. */
  async hasHeardItself(tx: Transaction, id: string): Promise<boolean> {
    const { heard } = await tx.one<{ heard: boolean }>(sql`SELECT ${this.heardItself(id)} AS heard`);
    return heard;
  }

  /**
   * Stores what became of a locked order, after everything it says is said: only then can it be known to be settled.
   * Times are the clock's, not the transaction's: that began before it waited for the lock.
   */
  async save(tx: Transaction, before: Order, after: Order, cause = ''): Promise<Order> {
    const hasMoved = after.version > before.version;
    const { updated_at: updatedAt } = await tx.one<Pick<OrderRow, 'updated_at'>>(sql`
      WITH changed AS (
        UPDATE orders SET
          status = ${after.status}, version = ${after.version}, cancel_reason = ${after.cancelReason},
          stock_goal = ${after.stockGoal}, stock_seen = ${after.stockSeen},
          payment_goal = ${after.paymentGoal}, payment_seen = ${after.paymentSeen},
          refund_goal_minor = ${after.refundGoalMinor}, refunded_minor = ${after.refundedMinor}, needs_review = ${after.needsReview},
          updated_at = CASE WHEN ${hasMoved} THEN clock_timestamp() ELSE updated_at END,
          progress_at = clock_timestamp(),
          settled_at = CASE WHEN ${isAtRest(after)} AND ${this.heardItself(before.id)}
                       THEN coalesce(settled_at, clock_timestamp()) END
        WHERE id = ${before.id} AND status = ${before.status} AND version = ${before.version}
        RETURNING id, version, status, updated_at),
      entered AS (
        INSERT INTO order_timeline (order_id, version, status, cause, at)
        SELECT id, version, status, ${cause}, updated_at FROM changed WHERE ${hasMoved})
      SELECT updated_at FROM changed`);
    return { ...after, updatedAt };
  }

  private get isQuiet(): Sql {
    const { sweepQuietMs, sweepReviewQuietMs } = this.config;
    return sql`o.settled_at IS NULL AND o.progress_at <= now() - ${sweepQuietMs} * interval '1 millisecond' AND (
      NOT o.needs_review OR o.progress_at <= now() - ${sweepReviewQuietMs} * interval '1 millisecond')`;
  }

  /** The cursor of a message that is being handled stands at it already. */
  private heardItself(orderId: string): Sql {
    return sql`EXISTS (
      SELECT 1 FROM stream_version said JOIN aggregate_cursor heard
        ON heard.aggregate_type = said.aggregatetype AND heard.aggregate_id = said.aggregateid AND heard.version = said.version
      WHERE said.aggregatetype = ${ownTopic.name} AND said.aggregateid = ${orderId} AND heard.consumer = ${this.identity.name})`;
  }
}

async function lockWhere(tx: Transaction, condition: Sql): Promise<Order | undefined> {
  const row = await tx.maybeOne<OrderRow>(sql`SELECT ${orderColumns} FROM orders o WHERE ${condition}`);
  return row && toOrder(row);
}

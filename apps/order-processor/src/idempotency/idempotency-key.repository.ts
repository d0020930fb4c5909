import { Injectable } from '@nestjs/common';
import { Database, json, type Sql, sql, type Transaction } from '@towpath/database';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import { InProgress, KeyReused } from './idempotency.errors.ts';
import type { IdempotencyKey, StoredAnswer } from './idempotency-key.ts';

const forgottenAtOnce = 1_000;

interface ClaimRow {
  readonly claimed: boolean;
  readonly now: Date;
  readonly fingerprint: Buffer | null;
  readonly status: number;
  readonly headers: StoredAnswer['headers'];
  readonly body: unknown;
}

@Injectable()
export class IdempotencyKeyRepository {
  constructor(
    private readonly database: Database,
    private readonly config: OrderProcessorConfig,
  ) {}

  /**
   * Holds the key to the end of the transaction, without waiting; resolves with what it was answered with before, if it was,
   * and with the database's time. An answer stored since this statement began shows when the key is stored: as a unique violation.
   * @throws InProgress, KeyReused
   */
  async claim(
    tx: Transaction,
    { subject, operation, key, fingerprint }: IdempotencyKey,
  ): Promise<{ now: Date; earlier?: StoredAnswer }> {
    const isThis = sql`subject = ${subject} AND operation = ${operation} AND key = ${key}`;
    const row = await tx.one<ClaimRow>(sql`
      WITH expired AS (DELETE FROM idempotency_key WHERE ${isThis} AND expires_at <= now())
      SELECT pg_try_advisory_xact_lock(hashtextextended(${json([subject, operation, key])}, 0)) AS claimed, now() AS now,
             stored.fingerprint, stored.status, stored.headers, stored.body
      FROM (VALUES (1)) AS request LEFT JOIN idempotency_key stored ON ${isThis} AND expires_at > now()`);
    if (!row.claimed) throw new InProgress();
    if (!row.fingerprint) return { now: row.now };
    if (!row.fingerprint.equals(fingerprint)) throw new KeyReused();
    return { now: row.now, earlier: { status: row.status, headers: row.headers, body: row.body } };
  }

  async store(tx: Transaction, key: IdempotencyKey, answer: StoredAnswer): Promise<void> {
    await tx.run(sql`WITH ${this.clauses(key, answer)} SELECT 1`);
  }

  /** The same as the clause of a WITH, for a statement that stores the change too. */
  clauses({ subject, operation, key, fingerprint }: IdempotencyKey, answer: StoredAnswer): Sql {
    return sql`
      answered AS (
        INSERT INTO idempotency_key (subject, operation, key, fingerprint, status, headers, body, resource_id, expires_at)
        VALUES (${subject}, ${operation}, ${key}, ${fingerprint}, ${answer.status}, ${json(answer.headers)}, ${json(answer.body)},
                ${answer.resourceId ?? null}, now() + ${this.config.idempotencyKeptMs} * interval '1 millisecond'))`;
  }

  /** Forgets expired keys, some at a time. */
  async forgetExpired(): Promise<void> {
    let forgotten;
    do {
      forgotten = await this.database.rows(sql`
        DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM idempotency_key WHERE expires_at <= now() LIMIT ${forgottenAtOnce})) RETURNING 1 AS gone`);
    } while (forgotten.length === forgottenAtOnce);
  }
}

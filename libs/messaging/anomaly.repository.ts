import { Injectable } from '@nestjs/common';
import { Database, json, sql, type Transaction } from '@towpath/database';
import { Metrics } from '@towpath/metrics';

/** What should never have come up. */
export interface Anomaly {
  readonly id: string;
  readonly kind: string;
  readonly detail: Record<string, unknown>;
  readonly at: Date;
}

/** Keeps what should never have come up: a person must look at it. */
@Injectable()
export class Anomalies {
  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    metrics.lookedUp('anomalies', 'What should never have come up', () => this.count());
  }

  /** `illegal`: a message that the state machine does not allow in this state. */
  async record(tx: Transaction, kind: string, detail: Record<string, unknown>): Promise<void> {
    await tx.run(sql`INSERT INTO anomaly (kind, detail) VALUES (${kind}, ${json(detail)})`);
  }

  /** The newest first; those older than `before`. */
  page(count: number, before?: string): Promise<Anomaly[]> {
    const start = before === undefined ? sql`` : sql`WHERE id < ${before}`;
    return this.database.rows(sql`SELECT id, kind, detail, at FROM anomaly ${start} ORDER BY id DESC LIMIT ${count}`);
  }

  private async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(sql`SELECT count(*)::int AS count FROM anomaly`);
    return count;
  }
}

import { Injectable } from '@nestjs/common';
import { Database, json, sql, type Transaction } from '@towpath/database';
import { Metrics } from '@towpath/metrics';

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

  private async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(sql`SELECT count(*)::int AS count FROM anomaly`);
    return count;
  }
}

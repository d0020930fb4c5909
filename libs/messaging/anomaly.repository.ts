import { Injectable } from '@nestjs/common';
import { json, sql, type Transaction } from '@towpath/database';

/** Keeps what should never have come up: a person must look at it. */
@Injectable()
export class Anomalies {
  /** `illegal`: a message that the state machine does not allow in this state. */
  async record(tx: Transaction, kind: string, detail: Record<string, unknown>): Promise<void> {
    await tx.run(sql`INSERT INTO anomaly (kind, detail) VALUES (${kind}, ${json(detail)})`);
  }
}

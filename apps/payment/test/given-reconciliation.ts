import { sql } from '@towpath/database';

import { Reconcile } from '../src/reconciliation/reconcile.use-case.ts';
import { ReconciliationRepository } from '../src/reconciliation/reconciliation.repository.ts';
import { ReconciliationLock } from '../src/reconciliation/reconciliation-lock.repository.ts';
import type { PaymentsUnderTest } from './given-payments.ts';

/** Reconciles on demand, where nothing is too young to be compared. */
export class ReconciliationUnderTest {
  constructor(private readonly payments: PaymentsUnderTest) {}

  run(options: { graceMs?: number; days?: number; signal?: AbortSignal } = {}) {
    const { service } = this.payments;
    const { graceMs = 0, days = 1 } = options;
    return service
      .get(ReconciliationLock)
      .whileHeld(5_000, (signal) =>
        service.get(Reconcile).execute({ days, graceMs, signal: options.signal ?? signal }),
      );
  }

  /** The names of what does not agree about an order or charge. */
  async kindsOf(subject: string, options?: { graceMs?: number }): Promise<string[]> {
    return (await this.found(options)).filter((one) => one.subject === subject).map(({ kind }) => kind);
  }

  async found(options?: { graceMs?: number }) {
    const result = await this.run(options);
    return this.payments.service.get(ReconciliationRepository).found(result?.runId ?? '', undefined, 10_000);
  }

  anomalies(subject: string) {
    return this.payments.service.database.rows<{ kind: string; detail: Record<string, unknown> }>(sql`
      SELECT kind, detail FROM anomaly WHERE detail ->> 'subject' = ${subject} ORDER BY id`);
  }
}

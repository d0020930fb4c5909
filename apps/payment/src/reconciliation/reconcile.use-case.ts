import { Injectable } from '@nestjs/common';
import { Database } from '@towpath/database';
import { failpoint } from '@towpath/failpoints';
import { Anomalies } from '@towpath/messaging';

import { mismatchesOf, ofNobody } from './compare-account.ts';
import { firstIdAt } from './first-id.ts';
import { type Mismatch, whatToDo } from './mismatch.ts';
import type { ReportedCharge } from './provider-report.ts';
import { ReconciliationRepository, type Run } from './reconciliation.repository.ts';
import { Reports } from './reports.ts';

export interface ReconcileOptions {
  /** How far back. */
  readonly days: number;
  /** What changed within is under way. */
  readonly graceMs: number;
  /** Ends the run between two pages. */
  readonly signal: AbortSignal;
  readonly progress?: (text: string) => void;
}

export interface Reconciliation {
  readonly runId: string;
  /** Orders and charges that were looked at. */
  readonly compared: number;
  readonly mismatches: number;
}

const dayMs = 86_400_000;
const pageSize = 500;

/** Holds what the provider charged, our payments and ledger, and the orders against each other, both ways and page by page. */
@Injectable()
export class Reconcile {
  constructor(
    private readonly database: Database,
    private readonly reports: Reports,
    private readonly repository: ReconciliationRepository,
    private readonly anomalies: Anomalies,
  ) {}

  /** Only while {@link ReconciliationLock} is held. @throws Unavailable when one side gives no report */
  async execute({ days, graceMs, signal, progress = () => {} }: ReconcileOptions): Promise<Reconciliation> {
    const run = await this.repository.begin();
    const since = new Date(run.startedAt.getTime() - days * dayMs);
    const quietSince = new Date(run.startedAt.getTime() - graceMs);
    const floor = firstIdAt(since);
    let compared = 0;
    await this.reports.collect({ since, floor, signal, progress }, async (strays) => {
      compared += strays.length;
      await this.keep(run, strays.filter(({ createdAt }) => createdAt <= quietSince).flatMap(mismatchOfStray));
    });
    for (let after = firstIdAt(new Date(0)); ;) {
      signal.throwIfAborted();
      const accounts = await this.repository.accounts(after, { floor, quietSince, limit: pageSize });
      await this.keep(run, accounts.flatMap(mismatchesOf));
      compared += accounts.length;
      progress(`${compared} compared`);
      const last = accounts.at(-1);
      if (!last) break;
      after = last.orderId;
    }
    failpoint('reconciliation.finished', 'before');
    const mismatches = await this.repository.finish(run, { since, floor }, compared);
    failpoint('reconciliation.finished', 'after');
    return { runId: run.id, compared, mismatches };
  }

  /** A mismatch is an anomaly once, however often it is found. */
  private async keep(run: Run, mismatches: readonly Mismatch[]): Promise<void> {
    if (mismatches.length === 0) return;
    await this.database.namedTransaction('reconciliation-mismatch', async (tx) => {
      for (const { kind, subject, detail } of await this.repository.keep(tx, run, mismatches)) {
        await this.anomalies.record(tx, `reconciliation:${kind}`, { subject, todo: whatToDo[kind], ...detail });
      }
    });
  }
}

const mismatchOfStray = (charge: ReportedCharge): Mismatch[] =>
  ofNobody(charge).map((kind) => ({ kind, subject: charge.reference, detail: { provider: [charge] } }));

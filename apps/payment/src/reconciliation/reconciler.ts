import { Injectable, Logger } from '@nestjs/common';
import { type Background, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';

import { PaymentConfig } from '../payment.config.ts';
import { mismatchKinds } from './mismatch.ts';
import { Reconcile } from './reconcile.use-case.ts';
import { ReconciliationRepository } from './reconciliation.repository.ts';
import { ReconciliationLock } from './reconciliation-lock.repository.ts';

/** Reconciles every so often, in one of the processes, and tells how many mismatches there are. */
@Injectable()
export class Reconciler implements Background {
  readonly name = 'reconciler';
  private readonly logger = new Logger(Reconciler.name);
  private readonly stopping = new AbortController();
  private readonly looking: Periodic;
  private readonly mismatches;

  constructor(
    private readonly config: PaymentConfig,
    private readonly reconcile: Reconcile,
    private readonly lock: ReconciliationLock,
    private readonly repository: ReconciliationRepository,
    metrics: Metrics,
  ) {
    // More often than it is due: another process may have done it, or died over it.
    const everyMs = Math.ceil(config.reconcileEveryMs / 6);
    this.looking = new Periodic(this.name, { everyMs, jitter: 0.2 }, () => this.look());
    this.mismatches = metrics.gauge('reconciliation_mismatches', 'What the last reconciliation found', ['kind']);
    metrics.lookedUp('reconciliation_age_seconds', 'Time since a reconciliation came to its end', () =>
      repository.ageSeconds(),
    );
  }

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    this.stopping.abort(new Error('The service stops.'));
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const { reconcileEveryMs, reconcileDays: days, reconcileGraceMs: graceMs } = this.config;
    await this.lock.whileHeld(0, async (held) => {
      if ((await this.repository.ageSeconds()) * 1_000 < reconcileEveryMs) return;
      const signal = AbortSignal.any([held, this.stopping.signal]);
      const { compared, mismatches } = await this.reconcile.execute({ days, graceMs, signal });
      if (mismatches === 0) this.logger.log({ msg: 'Reconciled: everything agrees', compared });
      else this.logger.error({ msg: 'Reconciled: a person must look at what does not agree', compared, mismatches });
    });
    const counts = await this.repository.counts();
    mismatchKinds.forEach((kind) => this.mismatches.set({ kind }, counts[kind] ?? 0));
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@towpath/metrics';

/** How logging in fares. A stranger can cause failures at will, so they are counted and logged, not kept. */
@Injectable()
export class LogInMetrics {
  readonly #attempts;
  private readonly logger = new Logger(LogInMetrics.name);

  constructor(metrics: Metrics) {
    this.#attempts = metrics.counter('log_ins_total', 'Attempts to log in, by what came of them', ['outcome']);
  }

  opened(): void {
    this.#attempts.inc({ outcome: 'opened' });
  }

  /** The address is not told: who mistypes may have typed a password. */
  refused(accountId: string | undefined): void {
    this.#attempts.inc({ outcome: 'refused' });
    this.logger.warn({ msg: 'a log-in was refused', accountId: accountId ?? null });
  }
}

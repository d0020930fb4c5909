import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '@towpath/failpoints';
import { type Background, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';

import { PaymentConfig } from '../payment.config.ts';
import { OperationRepository } from './operation.repository.ts';
import type { Operation } from './operation.ts';
import { OperationSignal } from './operation-signal.ts';
import { PerformOperation } from './perform-operation.use-case.ts';

/** Claims operations that are due and has several under way, so that a slow one holds up no other. */
@Injectable()
export class ProviderWorker implements Background {
  readonly name = 'provider worker';
  private readonly logger = new Logger(ProviderWorker.name);
  private readonly underWay = new Set<Promise<void>>();
  private readonly looking: Periodic;

  constructor(
    private readonly operations: OperationRepository,
    private readonly performance: PerformOperation,
    private readonly config: PaymentConfig,
    signal: OperationSignal,
    metrics: Metrics,
  ) {
    this.looking = new Periodic(this.name, { everyMs: config.operationPollMs, jitter: 0.2 }, () => this.look());
    signal.listen(() => this.looking.wake());
    metrics.lookedUp('provider_calls_in_flight', 'Operations that are asked of the provider, or being noted', () => {
      return this.underWay.size;
    });
    metrics.lookedUp('payment_operations_in_review', 'Operations whose outcome a person must look for', () =>
      operations.countInReview(),
    );
  }

  start(): void {
    this.looking.start();
  }

  async stop(): Promise<void> {
    await this.looking.stop();
    await Promise.all(this.underWay);
  }

  private async look(): Promise<void> {
    const free = this.config.operationConcurrency - this.underWay.size;
    if (free === 0) return;
    failpoint('provider.claim-committed', 'before');
    const claimed = await this.operations.claim(free);
    claimed.forEach((operation) => this.begin(operation));
  }

  private begin(operation: Operation): void {
    failpoint('provider.claim-committed', 'after');
    const work = this.performance
      .execute(operation)
      .catch((err: unknown) => {
        // Its lease runs out, and then it is claimed again.
        this.logger.error({ msg: `${operation.kind} was not finished`, orderId: operation.orderId, err });
      })
      .finally(() => {
        this.underWay.delete(work);
        this.looking.wake();
      });
    this.underWay.add(work);
  }
}

import { setTimeout as wait } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';
import { isTransient } from '@towpath/errors';
import { failpoint } from '@towpath/failpoints';
import { fullJitter } from '@towpath/health';
import { Metrics } from '@towpath/metrics';
import { contextFrom, span } from '@towpath/tracing';

import { PaymentConfig } from '../payment.config.ts';
import { OperationRepository } from './operation.repository.ts';
import type { Answer, Operation } from './operation.ts';
import { PaymentProvider } from './payment-provider.ts';
import { SettleOperation } from './settle-operation.use-case.ts';

/** The first wait before something is tried again, in full jitter. */
const firstMs = 200;

type Unknown = Extract<Answer, { is: 'unknown' }>;

/** Carries a claimed operation to the provider, outside of any transaction, and stores what came of it. */
@Injectable()
export class PerformOperation {
  private readonly logger = new Logger(PerformOperation.name);
  private readonly answers;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly settlement: SettleOperation,
    private readonly operations: OperationRepository,
    private readonly config: PaymentConfig,
    metrics: Metrics,
  ) {
    this.answers = metrics.counter('payment_operations_total', 'Answers of the payment provider', ['kind', 'answer']);
  }

  execute(operation: Operation): Promise<void> {
    const { kind, approach, orderId, traceparent } = operation;
    const details = { parent: contextFrom(traceparent ?? undefined), attributes: { 'payment.approach': approach } };
    return span(`payment ${kind}`, details, async () => {
      const answer = await (approach === 'send' ? this.provider.send(operation) : this.provider.find(operation));
      failpoint('provider.response-read', 'after');
      this.answers.inc({ kind, answer: answer.is });
      this.logger.log({ msg: `${kind}: ${answer.is}`, orderId, approach, attempt: operation.attempt, answer });
      await persistently(() => this.conclude(operation, answer));
    });
  }

  private conclude(operation: Operation, answer: Answer): Promise<void> {
    if (answer.is === 'unknown') return this.unknown(operation, answer);
    if (answer.is === 'differs') return this.differs(operation, answer.reason);
    if (answer.is === 'refused') return this.operations.postpone(operation, 'adopt', 0, answer.reason);
    return this.settlement.execute(operation, answer);
  }

  /** Said again under its key it would be the old answer for ever; looked up it is what is true by now. */
  private differs(operation: Operation, reason: string): Promise<void> {
    return operation.approach === 'send'
      ? this.operations.postpone(operation, 'find', 0, reason)
      : this.review(operation, reason);
  }

  private unknown(operation: Operation, { reason, conclusive }: Unknown): Promise<void> {
    const { kind, approach, attempt, overdue } = operation;
    if (approach === 'adopt' && conclusive) {
      return kind === 'capture'
        ? this.settlement.execute(operation, { is: 'captureRefused', reason })
        : this.review(operation, reason);
    }
    if (overdue) return this.review(operation, reason);
    if (approach === 'send' && conclusive) return this.operations.postpone(operation, 'find', 0, reason);
    const delayMs = fullJitter(attempt, { firstMs, mostMs: this.config.operationRetryMaxMs });
    return this.operations.postpone(operation, approach, delayMs, reason);
  }

  private review(operation: Operation, reason: string): Promise<void> {
    const { orderId, kind } = operation;
    this.logger.error({ msg: 'The outcome at the provider is not known: a person must look', orderId, kind, reason });
    return this.settlement.review(operation, reason);
  }
}

/** An outcome is known now: a database that is briefly away must not cost a lease. */
async function persistently(store: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store();
    } catch (error) {
      if (!isTransient(error) || attempt === 6) throw error;
      await wait(fullJitter(attempt, { firstMs, mostMs: 2_000 }));
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@towpath/database';

import { AdvancePayment } from './advance-payment.use-case.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { OperationRepository } from './operation.repository.ts';
import type { Definite, Operation } from './operation.ts';
import { settle } from './payment.machine.ts';
import { PaymentRepository } from './payment.repository.ts';
import type { Payment } from './payment.ts';

/** Books the definite outcome of an operation, once, whoever brings it first: state, ledger, next operation, report. */
@Injectable()
export class SettleOperation {
  constructor(
    private readonly database: Database,
    private readonly payments: PaymentRepository,
    private readonly operations: OperationRepository,
    private readonly ledger: LedgerRepository,
    private readonly advance: AdvancePayment,
  ) {}

  async execute(operation: Operation, outcome: Definite): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.payments.lock(tx, operation.orderId);
      if (!(await this.operations.close(tx, operation.id, outcome))) return;
      const settled = settle(before, outcome);
      if (!settled) throw new Error(`${outcome.is} cannot come of ${operation.kind} while ${before.state}.`);
      const now: Payment = {
        ...before,
        ...settled,
        operation: undefined,
        providerReference: outcome.providerReference ?? before.providerReference,
        declineReason: settled.state === 'DECLINED' ? outcome.reason : undefined,
      };
      await this.book(tx, operation, before, now);
      await this.advance.execute(tx, before, now);
    });
  }

  /** The outcome stays unknown: the payment says from now on that a person must look. */
  async review(operation: Operation, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.payments.lock(tx, operation.orderId);
      if (!before.operation || !(await this.operations.review(tx, operation, reason))) return;
      await this.advance.execute(tx, before, { ...before, operation: { ...before.operation, needsReview: true } });
    });
  }

  private async book(tx: Transaction, { id, currency }: Operation, before: Payment, now: Payment): Promise<void> {
    if (now.state === 'CAPTURED' && before.state !== 'CAPTURED') {
      await this.ledger.book(tx, { id, from: 'sales', to: 'provider', amountMinor: now.amountMinor, currency });
    }
    if (now.refundedMinor > before.refundedMinor) {
      const amountMinor = now.refundedMinor - before.refundedMinor;
      await this.ledger.book(tx, { id, from: 'provider', to: 'refunds', amountMinor, currency });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@towpath/database';
import { subtract } from '@towpath/money';

import { AdvancePayment } from './advance-payment.use-case.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { OperationRepository } from './operation.repository.ts';
import type { Definite, Operation } from './operation.ts';
import { settle } from './payment.machine.ts';
import { PaymentRepository } from './payment.repository.ts';
import { ofPayment, type Payment } from './payment.ts';

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
    await this.database.namedTransaction('provider-result', async (tx) => {
      const before = await this.payments.lock(tx, operation.orderId);
      await this.settle(tx, before, operation, outcome);
    });
  }

  /** `before` was read under its lock. @returns false when the operation was closed before */
  async settle(
    tx: Transaction,
    before: Payment,
    { id, kind }: Pick<Operation, 'id' | 'kind'>,
    outcome: Definite,
  ): Promise<boolean> {
    if (!(await this.operations.close(tx, id, outcome))) return false;
    const settled = settle(before, outcome);
    if (!settled) throw new Error(`${outcome.is} cannot come of ${kind} while ${before.state}.`);
    const now: Payment = {
      ...before,
      ...settled,
      operation: undefined,
      providerReference: outcome.providerReference ?? before.providerReference,
      declineReason: settled.state === 'DECLINED' ? outcome.reason : undefined,
    };
    await this.book(tx, id, before, now);
    await this.advance.execute(tx, before, now);
    return true;
  }

  /** The outcome stays unknown: the payment says from now on that a person must look. */
  async review(operation: Operation, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.payments.lock(tx, operation.orderId);
      if (!before.operation || !(await this.operations.review(tx, operation, reason))) return;
      await this.advance.execute(tx, before, { ...before, operation: { ...before.operation, needsReview: true } });
    });
  }

  private async book(tx: Transaction, id: string, before: Payment, now: Payment): Promise<void> {
    if (now.state === 'CAPTURED' && before.state !== 'CAPTURED') {
      await this.ledger.book(tx, { id, from: 'sales', to: 'provider', amount: ofPayment(now, now.amountMinor) });
    }
    if (now.refundedMinor > before.refundedMinor) {
      const amount = subtract(ofPayment(now, now.refundedMinor), ofPayment(before, before.refundedMinor));
      await this.ledger.book(tx, { id, from: 'provider', to: 'refunds', amount });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { newId, type Transaction } from '@towpath/database';
import {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  PaymentVoided,
} from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import { OperationRepository } from './operation.repository.ts';
import { OperationSignal } from './operation-signal.ts';
import { isReported, nextStep, type OperationKind, type Reportable, stepped } from './payment.machine.ts';
import { PaymentRepository } from './payment.repository.ts';
import { type OpenOperation, owed, type Payment } from './payment.ts';

const reports = {
  REQUESTED: PaymentRequested,
  AUTHORIZED: PaymentAuthorized,
  CAPTURED: PaymentCaptured,
  REFUNDED: PaymentRefunded,
  VOIDED: PaymentVoided,
} as const;

/** Takes a payment's next step towards its goal, stores what became of it, and reports what changed. */
@Injectable()
export class AdvancePayment {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly operations: OperationRepository,
    private readonly signal: OperationSignal,
    private readonly outbox: Outbox,
  ) {}

  /** `before` was read under its lock. `snapshot`: a report is demanded, changed or not. */
  async execute(tx: Transaction, before: Payment, now: Payment, { snapshot = false } = {}): Promise<void> {
    const after = await this.step(tx, now);
    if (after !== before) await this.payments.store(tx, after);
    if (after.operation && after.operation.id !== before.operation?.id) {
      await this.operations.queue(tx, after, after.operation);
      tx.afterCommit(() => this.signal.queued());
    }
    if (isReported(before, after, snapshot)) await this.report(tx, after, { snapshot });
  }

  /** @throws Error when the table holds no next step. */
  private async step(tx: Transaction, payment: Payment): Promise<Payment> {
    const step = nextStep(payment);
    if (step === 'stay' || step === 'wait') return payment;
    if (step === 'drop') return this.drop(tx, payment);
    if (step !== 'illegal') return stepped(payment, step, (kind) => newOperation(payment, kind));
    throw new Error(`The payment of order ${payment.orderId} is ${payment.state} and cannot ${payment.goal}.`);
  }

  /** Does without the operation, unless it was claimed meanwhile. */
  private async drop(tx: Transaction, payment: Payment): Promise<Payment> {
    const { operation } = payment;
    const isDropped = operation && (await this.operations.drop(tx, operation.id));
    return isDropped ? this.step(tx, { ...payment, operation: undefined }) : payment;
  }

  async report(tx: Transaction, payment: Payment & Reportable, options: { snapshot: boolean }): Promise<void> {
    const { orderId, state, refundedMinor, declineReason = 'unknown' } = payment;
    const report = { orderId, refundedMinor, needsReview: needsReview(payment) };
    if (state === 'DECLINED') {
      await this.outbox.publish(tx, PaymentDeclined, { ...report, reason: declineReason }, options);
    } else {
      await this.outbox.publish(tx, reports[state], report, options);
    }
  }
}

const needsReview = ({ operation }: Payment): boolean => operation?.needsReview ?? false;

function newOperation(payment: Payment, kind: OperationKind): OpenOperation {
  const amountMinor = kind === 'refund' ? owed(payment).amountMinor : payment.amountMinor;
  return { id: newId(), kind, amountMinor, claimed: false, needsReview: false };
}

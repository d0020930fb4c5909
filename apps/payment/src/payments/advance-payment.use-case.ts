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
import { nextStep } from './payment.machine.ts';
import { PaymentRepository } from './payment.repository.ts';
import { owed, type Payment } from './payment.ts';

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
    if (snapshot || told(after) !== told(before)) await this.report(tx, after, { snapshot });
  }

  /** @throws Error when the table holds no next step. */
  private async step(tx: Transaction, payment: Payment): Promise<Payment> {
    const { operation } = payment;
    const step = nextStep(payment);
    switch (step) {
      case 'stay':
      case 'wait':
        return payment;
      case 'close':
        return { ...payment, state: 'VOIDED' };
      case 'drop':
        if (!operation || !(await this.operations.drop(tx, operation.id))) return payment;
        return this.step(tx, { ...payment, operation: undefined });
      case 'illegal':
        throw new Error(`The payment of order ${payment.orderId} is ${payment.state} and cannot ${payment.goal}.`);
      default:
        return {
          ...payment,
          state: step === 'authorize' ? 'REQUESTED' : payment.state,
          operation: {
            id: newId(),
            kind: step,
            amountMinor: step === 'refund' ? owed(payment).amountMinor : payment.amountMinor,
            claimed: false,
            needsReview: false,
          },
        };
    }
  }

  async report(tx: Transaction, payment: Payment, options: { snapshot: boolean }): Promise<void> {
    const { orderId, state, refundedMinor, declineReason = 'unknown' } = payment;
    if (state === 'NONE') return;
    const report = { orderId, refundedMinor, needsReview: needsReview(payment) };
    if (state === 'DECLINED') {
      await this.outbox.publish(tx, PaymentDeclined, { ...report, reason: declineReason }, options);
    } else {
      await this.outbox.publish(tx, reports[state], report, options);
    }
  }
}

const needsReview = ({ operation }: Payment): boolean => operation?.needsReview ?? false;

/** What order-processor knows of a payment. */
const told = (payment: Payment): string => [payment.state, payment.refundedMinor, needsReview(payment)].join(' ');

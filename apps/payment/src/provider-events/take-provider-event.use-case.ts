import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '@towpath/database';
import { Anomalies } from '@towpath/messaging';

import type { Answer, Definite } from '../payments/operation.ts';
import { PaymentRepository } from '../payments/payment.repository.ts';
import type { OpenOperation, Payment } from '../payments/payment.ts';
import { answerOfIntent, answerOfRefund } from '../payments/provider-answers.ts';
import { SettleOperation } from '../payments/settle-operation.use-case.ts';
import { mismatchOf } from './event-mismatch.ts';
import { ProviderEventRepository } from './provider-event.repository.ts';
import type { IntentSeen, ProviderEvent, RefundSeen } from './provider-event.ts';

/** `settled`: it told the outcome of the open operation. `no-effect`: it was known, or is of no operation of ours. */
export type EventResult = 'settled' | 'no-effect' | 'repeated' | 'mismatch';

/** Books what the provider tells by itself, as if it were the answer that the worker waits for; each event once. */
@Injectable()
export class TakeProviderEvent {
  private readonly logger = new Logger(TakeProviderEvent.name);

  constructor(
    private readonly database: Database,
    private readonly events: ProviderEventRepository,
    private readonly payments: PaymentRepository,
    private readonly settlement: SettleOperation,
    private readonly anomalies: Anomalies,
  ) {}

  async execute({ id, type, about }: ProviderEvent): Promise<EventResult> {
    if (!about) return 'no-effect';
    return this.database.namedTransaction('webhook', async (tx) => {
      if (!(await this.events.note(tx, id, about.id))) return 'repeated';
      const payment = await this.paymentOf(tx, about);
      const mismatch = mismatchOf(payment, about);
      if (!mismatch) return this.settle(tx, payment, about);
      const detail = { orderId: payment?.orderId, reference: about.id, event: id, type, mismatch };
      this.logger.error({ msg: 'The provider tells of what is not in our books: a person must look', ...detail });
      await this.anomalies.record(tx, 'provider-mismatch', detail);
      return 'mismatch';
    });
  }

  /** Locked; none where the event names no order that we know. */
  private async paymentOf(tx: Transaction, about: IntentSeen | RefundSeen): Promise<Payment | undefined> {
    const reference = about.object === 'refund' ? about.payment_intent : about.id;
    const orderId = await this.payments.orderOf(tx, about.metadata?.order_id, reference ?? undefined);
    return orderId === undefined ? undefined : this.payments.lock(tx, orderId);
  }

  private async settle(tx: Transaction, payment: Payment | undefined, about: IntentSeen | RefundSeen) {
    const answer = payment?.operation && answerOf(payment, payment.operation, about);
    if (!payment?.operation || !answer || !isDefinite(answer)) return 'no-effect';
    const settled = await this.settlement.settle(tx, payment, payment.operation, answer);
    return settled ? 'settled' : 'no-effect';
  }
}

/** What the event says of the open operation. */
function answerOf(payment: Payment, operation: OpenOperation, about: IntentSeen | RefundSeen): Answer | undefined {
  const { orderId, currency = '', refundedMinor, providerReference = about.id } = payment;
  const asked = { ...operation, orderId, currency, refundedMinor };
  if (about.object === 'refund') {
    const isOfIt = operation.kind === 'refund' && about.metadata?.operation_id === operation.id;
    return isOfIt ? answerOfRefund(asked, about) : undefined;
  }
  // What became of another charge of this order, such as one that a person let go, says nothing of ours.
  const isOfIt = operation.kind !== 'refund' && about.id === providerReference;
  return isOfIt ? answerOfIntent(asked, about) : undefined;
}

const isDefinite = (answer: Answer): answer is Definite => !['refused', 'differs', 'unknown'].includes(answer.is);

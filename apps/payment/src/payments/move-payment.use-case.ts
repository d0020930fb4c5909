import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import { Anomalies } from '@towpath/messaging';

import { AdvancePayment } from './advance-payment.use-case.ts';
import { isReported, nextStep, type Wish, wishing } from './payment.machine.ts';
import { PaymentRepository } from './payment.repository.ts';

/** Moves a payment's goal to where a command wants it, and the payment towards it. */
@Injectable()
export class MovePayment {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly advance: AdvancePayment,
    private readonly anomalies: Anomalies,
  ) {}

  /** `snapshot`: the command was said again and demands a report. */
  async execute(tx: Transaction, orderId: string, wish: Wish, snapshot: boolean): Promise<void> {
    const before = await this.payments.lock(tx, orderId);
    const wanted = wishing(before, wish);
    if (wanted && nextStep(wanted) !== 'illegal') {
      await this.advance.execute(tx, before, wanted, { snapshot });
      return;
    }
    await this.anomalies.record(tx, 'illegal', { orderId, wish, state: before.state, goal: before.goal });
    if (isReported(before, before, snapshot)) await this.advance.report(tx, before, { snapshot });
  }
}

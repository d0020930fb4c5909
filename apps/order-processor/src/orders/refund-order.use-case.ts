import { Injectable } from '@nestjs/common';
import { refundOrder, type RefundOrderRequest } from '@towpath/api';
import { Audit } from '@towpath/audit';
import type { Transaction } from '@towpath/database';

import { IdempotencyKeyRepository } from '../idempotency/idempotency-key.repository.ts';
import { fingerprintOf, type IdempotencyKey, type StoredAnswer } from '../idempotency/idempotency-key.ts';
import { OncePerKey } from '../idempotency/once-per-key.ts';
import { OrderNotFound } from './order.errors.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderSaga } from './order.saga.ts';
import { toResponse } from './order.ts';
import { askRefund } from './refund.ts';

export interface Refund {
  readonly adminId: string;
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly request: RefundOrderRequest;
}

/** Asks payment to give back what was paid for a completed order, or a part of it, once per key. */
@Injectable()
export class RefundOrder {
  constructor(
    private readonly oncePerKey: OncePerKey,
    private readonly keys: IdempotencyKeyRepository,
    private readonly orders: OrderRepository,
    private readonly saga: OrderSaga,
    private readonly audit: Audit,
  ) {}

  /** @throws InProgress, KeyReused, OrderNotFound, NotRefundable */
  execute(refund: Refund): Promise<StoredAnswer> {
    const key = keyOf(refund);
    return this.oncePerKey.answer(key, { name: 'refund', first: (tx) => this.refund(tx, refund, key) });
  }

  private async refund(
    tx: Transaction,
    { adminId, orderId, request }: Refund,
    key: IdempotencyKey,
  ): Promise<StoredAnswer> {
    const order = await this.orders.lock(tx, orderId);
    if (!order) throw new OrderNotFound();

    const { reaction, amount } = askRefund(order, request.amountMinor);
    const refunding = await this.saga.move(tx, order, reaction, 'refund');
    const detail = { ...amount, totalMinor: refunding.refundGoalMinor };
    await this.audit.record(tx, { actor: adminId, action: 'order.refund-asked', subject: orderId, detail });

    const answer = { status: 202, headers: {}, body: toResponse(refunding), resourceId: orderId };
    await this.keys.store(tx, key, answer);
    return answer;
  }
}

function keyOf({ adminId, idempotencyKey, orderId, request: body }: Refund): IdempotencyKey {
  const fingerprint = fingerprintOf({ orderId, body });
  return { subject: adminId, operation: refundOrder.name, key: idempotencyKey, fingerprint };
}

import { Injectable } from '@nestjs/common';
import { placeOrder, type PlaceOrderRequest } from '@towpath/api';
import { newId, type Transaction } from '@towpath/database';
import { OrderPlaced } from '@towpath/messages';
import { Outbox } from '@towpath/messaging';

import { IdempotencyKeyRepository } from '../idempotency/idempotency-key.repository.ts';
import { fingerprintOf, type IdempotencyKey, type StoredAnswer } from '../idempotency/idempotency-key.ts';
import { OncePerKey } from '../idempotency/once-per-key.ts';
import { NewOrderRepository } from './new-order.repository.ts';
import { addressOf, AlreadyCheckedOut, TooManyDeclines } from './order.errors.ts';
import { toPlaced } from './order.speech.ts';
import { newOrder, toResponse } from './order.ts';
import { price } from './pricing.ts';

export interface Checkout {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly request: PlaceOrderRequest;
}

/** Takes an order in: prices it, stores it and says so, once per key and once per cart. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly oncePerKey: OncePerKey,
    private readonly keys: IdempotencyKeyRepository,
    private readonly orders: NewOrderRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws InProgress, KeyReused, TooManyDeclines, UnknownProduct, NotPayable, AlreadyCheckedOut */
  execute(checkout: Checkout): Promise<StoredAnswer> {
    const key = keyOf(checkout);
    return this.oncePerKey.answer(key, {
      name: 'checkout',
      first: (tx, now) => this.place(tx, checkout, key, now),
      lost: (tx) => this.refuse(tx, checkout),
    });
  }

  private async place(
    tx: Transaction,
    { customerId, request }: Checkout,
    key: IdempotencyKey,
    now: Date,
  ): Promise<StoredAnswer> {
    const { cartId, lines, paymentMethod } = request;
    const { prices, barredUntil } = await this.orders.lookUp(tx, customerId, lines);
    if (barredUntil) throw new TooManyDeclines(barredUntil, now);
    const order = newOrder({ id: newId(), customerId, cartId, ...price(lines, prices), paymentMethod, createdAt: now });

    const answer = {
      status: 201,
      headers: { location: addressOf(order.id) },
      body: toResponse(order),
      resourceId: order.id,
    };
    await this.orders.insert(tx, order, {
      said: this.outbox.clauses(tx, OrderPlaced, toPlaced(order)),
      answered: this.keys.clauses(key, answer),
    });
    return answer;
  }

  /** Somebody else's order for this cart came first. */
  private async refuse(tx: Transaction, { customerId, request }: Checkout): Promise<never> {
    throw new AlreadyCheckedOut(await this.orders.idOfCart(tx, customerId, request.cartId));
  }
}

function keyOf({ customerId, idempotencyKey, request }: Checkout): IdempotencyKey {
  return { subject: customerId, operation: placeOrder.name, key: idempotencyKey, fingerprint: fingerprintOf(request) };
}

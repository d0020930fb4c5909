import { DomainError, type FieldError } from '@towpath/errors';

import type { OrderStatus } from './order.machine.ts';

export class OrderNotFound extends DomainError {
  constructor() {
    super('not-found', 'There is no such order.');
  }
}

export class NotCancellable extends DomainError {
  constructor(status: OrderStatus) {
    super('illegal-state', `The order is ${status} and cannot be cancelled any more.`);
  }
}

export class NotRefundable extends DomainError {
  constructor(why: string) {
    super('illegal-state', why);
  }
}

export class AlreadyCheckedOut extends DomainError {
  constructor(orderId: string) {
    super('already-checked-out', 'This cart is already an order; see Location.', {
      headers: { location: addressOf(orderId) },
    });
  }
}

export class UnknownProduct extends DomainError {
  constructor(lines: readonly number[]) {
    const errors = lines.map((line): FieldError => ({
      pointer: `/lines/${line}/productId`,
      detail: 'is not sold here',
    }));
    super('unknown-product', 'A product in the cart is not sold here.', { errors });
  }
}

/** Prices that do not add up to one charge. */
export class NotPayable extends DomainError {
  constructor(why: string) {
    super('not-payable', why);
  }
}

/** Somebody may be trying which of many cards work. */
export class TooManyDeclines extends DomainError {
  constructor(until: Date, now: Date) {
    const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1_000));
    super('rate-limited', 'Too many of your payments were declined.', { headers: { 'retry-after': String(seconds) } });
  }
}

/** Where clients find an order. */
export const addressOf = (orderId: string): string => `/v1/orders/${orderId}`;

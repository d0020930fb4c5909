import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { UserError } from '../user-error.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';

/** An order, as the API tells it. */
export interface Order {
  readonly id: string;
  readonly status: string;
  readonly cancelReason: string | null;
  readonly total: { readonly amountMinor: number; readonly currency: string };
  readonly timeline: readonly { readonly status: string; readonly at: string; readonly cause: string }[];
}

/** An order that was accepted, and the trace that follows it through the services. */
export interface PlacedOrder {
  readonly id: string;
  readonly traceId: string;
}

const definiteAnswerWithinMs = 30_000;

/**
 * Buys one piece, in a cart of its own. As a careful client does, it asks again, with the same key, until the answer is definite.
 * @throws ApiProblem when that is a refusal
 */
export async function placeOrder(customer: ApiClient, productId: string): Promise<PlacedOrder> {
  const request = { cartId: randomUUID(), lines: [{ productId, quantity: 1 }], paymentMethod: 'pm_card_visa' };
  const key = randomUUID();
  const deadline = performance.now() + definiteAnswerWithinMs;
  for (;;) {
    try {
      const { body, headers } = await customer.post<Order>('/v1/orders', request, { 'idempotency-key': key });
      return { id: body.id, traceId: headers.get('traceparent')?.split('-')[1] ?? '' };
    } catch (error) {
      if (isDefinite(error) || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/**
 * The same for a product added a moment ago: orders are priced from a view that a message has to reach first. That refusal
 * is an answer, kept with its key, so each try is an order of its own.
 */
export async function placeFirstOrder(customer: ApiClient, productId: string): Promise<PlacedOrder> {
  const deadline = performance.now() + definiteAnswerWithinMs;
  for (;;) {
    try {
      return await placeOrder(customer, productId);
    } catch (error) {
      const isNew = error instanceof ApiProblem && error.code === 'unknown-product';
      if (!isNew || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** Not so: no answer, an overloaded service, or the same request still at work. */
function isDefinite(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.code !== 'in-progress';
}

/** Resolves once the order is COMPLETED or CANCELLED. @throws UserError when it is neither after `withinMs` */
export async function untilFinished(customer: ApiClient, id: string, withinMs: number): Promise<Order> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { body: order } = await customer.get<Order>(`/v1/orders/${id}`);
    if (order.status === 'COMPLETED' || order.status === 'CANCELLED') return order;
    if (performance.now() > deadline) {
      throw new UserError(
        `Order ${id} is still ${order.status} after ${withinMs / 1000} s. The services' logs say why.`,
      );
    }
    await sleep(10);
  }
}

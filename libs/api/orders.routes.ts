import { z } from 'zod';

import {
  idempotencyHeaders,
  lastEventHeaders,
  orderEventSchema,
  orderPage,
  orderSchema,
  orderWithTimelineSchema,
  placeOrderRequest,
  refundOrderRequest,
} from './orders.schemas.ts';
import { pageQuery } from './page.schemas.ts';
import { defineRoute, noContent } from './route.ts';
import { idParams } from './text.ts';

export const placeOrder = defineRoute({
  name: 'placeOrder',
  method: 'POST',
  path: '/v1/orders',
  service: 'order-processor',
  access: 'user',
  summary: 'Place an order, once per `Idempotency-Key` and once per cart. `Location` is its address.',
  headers: idempotencyHeaders,
  body: placeOrderRequest,
  answers: { 201: orderSchema },
  answerHeaders: ['Location'],
  problems: ['in-progress', 'key-reused', 'already-checked-out', 'unknown-product', 'not-payable'],
});

export const listOrders = defineRoute({
  name: 'listOrders',
  method: 'GET',
  path: '/v1/orders',
  service: 'order-processor',
  access: 'user',
  summary: 'Your own orders, newest first.',
  query: pageQuery,
  answers: { 200: orderPage },
  problems: [],
});

export const readOrder = defineRoute({
  name: 'readOrder',
  method: 'GET',
  path: '/v1/orders/{id}',
  service: 'order-processor',
  access: 'user',
  summary: 'An order of yours (an admin: of anyone) with everything that happened to it.',
  params: idParams,
  answers: { 200: orderWithTimelineSchema },
  problems: ['not-found'],
});

export const cancelOrder = defineRoute({
  name: 'cancelOrder',
  method: 'POST',
  path: '/v1/orders/{id}/cancel',
  service: 'order-processor',
  access: 'user',
  summary:
    'Cancel an order of yours (an admin: of anyone) that is not completed: 202, or 200 when it is cancelled already.',
  params: idParams,
  body: z.strictObject({}),
  answers: { 200: orderSchema, 202: orderSchema },
  problems: ['not-found', 'illegal-state'],
});

export const refundOrder = defineRoute({
  name: 'refundOrder',
  method: 'POST',
  path: '/v1/orders/{id}/refund',
  service: 'order-processor',
  access: 'admin',
  summary: 'Give back all that was paid for a completed order, or a part, once per `Idempotency-Key`.',
  params: idParams,
  headers: idempotencyHeaders,
  body: refundOrderRequest,
  answers: { 202: orderSchema },
  problems: ['not-found', 'in-progress', 'key-reused', 'illegal-state'],
});

export const followOrder = defineRoute({
  name: 'followOrder',
  method: 'GET',
  path: '/v1/orders/{id}/events',
  service: 'order-processor',
  access: 'user',
  summary:
    'What happens to an order of yours (an admin: of anyone), as it happens; the `id` of an event is the version of the order. 204 when nothing more will come.',
  params: idParams,
  headers: lastEventHeaders,
  answers: { 200: orderEventSchema, 204: noContent },
  isStream: true,
  problems: ['not-found'],
});

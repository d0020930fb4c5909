import type { Answer, Book, Result } from './book.ts';
import type { Form } from './form.ts';
import { cancelIntent, captureIntent, createIntent } from './payment-intents.ts';
import { listIntents, listRefunds, retrieveIntent, searchIntents } from './reads.ts';
import { createRefund } from './refunds.ts';
import { StripeError } from './stripe-error.ts';

export const operations = [
  'create',
  'capture',
  'cancel',
  'retrieve',
  'list',
  'search',
  'refund',
  'list_refunds',
] as const;
export type Operation = (typeof operations)[number];

interface Route {
  operation: Operation;
  method: 'GET' | 'POST';
  path: RegExp;
  prepare: (form: Form, id: string) => (book: Book) => Answer | Result;
}

const routes: readonly Route[] = [
  { operation: 'create', method: 'POST', path: /^\/v1\/payment_intents$/, prepare: createIntent },
  { operation: 'list', method: 'GET', path: /^\/v1\/payment_intents$/, prepare: listIntents },
  { operation: 'search', method: 'GET', path: /^\/v1\/payment_intents\/search$/, prepare: searchIntents },
  { operation: 'retrieve', method: 'GET', path: /^\/v1\/payment_intents\/(\w+)$/, prepare: retrieveIntent },
  { operation: 'capture', method: 'POST', path: /^\/v1\/payment_intents\/(\w+)\/capture$/, prepare: captureIntent },
  { operation: 'cancel', method: 'POST', path: /^\/v1\/payment_intents\/(\w+)\/cancel$/, prepare: cancelIntent },
  { operation: 'refund', method: 'POST', path: /^\/v1\/refunds$/, prepare: createRefund },
  { operation: 'list_refunds', method: 'GET', path: /^\/v1\/refunds$/, prepare: listRefunds },
];

/** @throws StripeError 404 */
export function route(method: string, path: string): Route & { id: string } {
  for (const one of routes) {
    const match = one.method === method && one.path.exec(path);
    if (match) {
      return { ...one, id: match[1] ?? '' };
    }
  }
  throw new StripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). This sandbox speaks only the part of Stripe's API that payment uses.`,
  });
}

import { randomBytes } from 'node:crypto';

import type { Book, PaymentIntent, Result } from './book.ts';
import { cards } from './cards.ts';
import type { Form } from './form.ts';
import { type ErrorBody, invalidRequest, notFound, StripeError } from './stripe-error.ts';

/** Eight digits, as at Stripe. */
export const maxAmount = 99_999_999;

export const newId = (kind: 'ch' | 'pi' | 're' | 'req'): string => `${kind}_${randomBytes(12).toString('hex')}`;
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

// Each endpoint reads its parameters first and then returns what to do: what a parameter is refused for is not
// remembered under the idempotency key, what the deed is refused for is. Stripe draws the line there too.

export function createIntent(form: Form): (book: Book) => Result {
  const amount = form.integer('amount', 1, maxAmount);
  const currency = form.text('currency');
  if (!/^[a-z]{3}$/.test(currency)) {
    throw invalidRequest(`Invalid currency: ${currency}`, { param: 'currency' });
  }
  form.oneOf('capture_method', ['manual']);
  form.oneOf('confirm', ['true']);
  const paymentMethod = form.text('payment_method');
  const description = form.optionalText('description') ?? null;
  const metadata = form.map('metadata');
  form.map('automatic_payment_methods');
  form.oneOf('error_on_requires_action', ['true']);
  form.done();

  return () => {
    const refusal = cards.get(paymentMethod);
    if (refusal === undefined) {
      throw notFound('PaymentMethod', paymentMethod, 'payment_method');
    }
    const intent = { ...emptyIntent(), amount, currency, description, metadata };
    return refusal ? declined(intent, refusal) : authorized(intent, paymentMethod);
  };
}

function emptyIntent(): Omit<PaymentIntent, 'amount' | 'currency' | 'description' | 'metadata'> {
  const id = newId('pi');
  return {
    id,
    object: 'payment_intent',
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'manual',
    client_secret: `${id}_secret_${randomBytes(12).toString('hex')}`,
    confirmation_method: 'automatic',
    created: nowSeconds(),
    last_payment_error: null,
    latest_charge: newId('ch'),
    livemode: false,
    payment_method: null,
    payment_method_types: ['card'],
    status: 'requires_payment_method',
  };
}

function authorized(intent: PaymentIntent, paymentMethod: string): Result {
  const object: PaymentIntent = {
    ...intent,
    amount_capturable: intent.amount,
    payment_method: paymentMethod,
    status: 'requires_capture',
  };
  return { act: 'authorized', object, answer: { status: 200, body: object } };
}

function declined(intent: PaymentIntent, refusal: ErrorBody): Result {
  const object: PaymentIntent = { ...intent, last_payment_error: refusal };
  return { act: 'declined', object, answer: { status: 402, body: { error: { ...refusal, payment_intent: object } } } };
}

export function captureIntent(form: Form, id: string): (book: Book) => Result {
  form.done();
  return (book) => {
    const intent = requireIntent(book, id);
    requireStatus(intent, 'captured', ['requires_capture']);
    const object: PaymentIntent = {
      ...intent,
      amount_capturable: 0,
      amount_received: intent.amount,
      status: 'succeeded',
    };
    return { act: 'captured', object, answer: { status: 200, body: object } };
  };
}

export function cancelIntent(form: Form, id: string): (book: Book) => Result {
  const reason = form.optionalText('cancellation_reason') ?? null;
  form.done();
  return (book) => {
    const intent = requireIntent(book, id);
    requireStatus(intent, 'canceled', ['requires_payment_method', 'requires_capture']);
    const object: PaymentIntent = {
      ...intent,
      amount_capturable: 0,
      canceled_at: nowSeconds(),
      cancellation_reason: reason,
      status: 'canceled',
    };
    return { act: 'canceled', object, answer: { status: 200, body: object } };
  };
}

/** @throws StripeError 404 */
export function requireIntent(book: Book, id: string): PaymentIntent {
  const intent = book.intent(id);
  if (!intent) {
    throw notFound('payment_intent', id, 'intent');
  }
  return intent;
}

function requireStatus(intent: PaymentIntent, what: string, allowed: PaymentIntent['status'][]): void {
  if (!allowed.includes(intent.status)) {
    throw new StripeError(400, {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message:
        `This PaymentIntent could not be ${what} because it has a status of ${intent.status}. Only a PaymentIntent with ` +
        `one of the following statuses may be ${what}: ${allowed.join(', ')}.`,
      payment_intent: intent,
    });
  }
}

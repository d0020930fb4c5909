import type { Book, Refund, Result } from './book.ts';
import type { Form } from './form.ts';
import { maxAmount, newId, nowSeconds, requireIntent } from './payment-intents.ts';
import { invalidRequest } from './stripe-error.ts';

export function createRefund(form: Form): (book: Book) => Result {
  const intentId = form.text('payment_intent');
  const asked = form.optionalInteger('amount', 1, maxAmount);
  const reason = form.optionalText('reason') ?? null;
  const metadata = form.map('metadata');
  form.done();

  return (book) => {
    const intent = requireIntent(book, intentId);
    if (intent.status !== 'succeeded') {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
    }
    const left = intent.amount_received - book.refundedOf(intent);
    if (left === 0) {
      throw invalidRequest(`Charge ${intent.latest_charge} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    }
    const amount = asked ?? left;
    if (amount > left) {
      throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: 'amount',
      });
    }
    const object: Refund = {
      id: newId('re'),
      object: 'refund',
      amount,
      charge: intent.latest_charge,
      created: nowSeconds(),
      currency: intent.currency,
      metadata,
      payment_intent: intent.id,
      reason,
      status: 'succeeded',
    };
    return { act: 'refunded', object, answer: { status: 200, body: object } };
  };
}

import { Injectable } from '@nestjs/common';
import { add, isMore, type Money } from '@towpath/money';
import { span, SpanKind } from '@towpath/tracing';
import type Stripe from 'stripe';

import { type Answer, type Operation, totalAfter } from './operation.ts';
import { answerOfError, answerOfIntent, answerOfRefund, unknown } from './provider-answers.ts';
import { ProviderClient } from './provider-client.ts';

/** The outside world: Stripe, or what speaks like it. Each call has a definite answer, or one that says it is not known. */
@Injectable()
export class PaymentProvider {
  constructor(private readonly client: ProviderClient) {}

  /** Asks for the operation to be done; asked again, under the same key, it is done once. */
  send(operation: Operation): Promise<Answer> {
    return this.call(`payment-provider ${operation.kind}`, operation, () => this[operation.kind](operation));
  }

  /** Looks for what became of the operation: by its reference, or by ours while it has none. */
  find(operation: Operation): Promise<Answer> {
    return this.call(`payment-provider find ${operation.kind}`, operation, async () => {
      if (operation.kind === 'refund') return this.findRefund(operation);
      const reference = operation.providerReference ?? (await this.findReference(operation));
      if (!reference) return unknown(`there is no charge for order ${operation.orderId} yet`, true);
      return answerOfIntent(operation, await this.retrieve(reference));
    });
  }

  private async call(name: string, operation: Operation, ask: () => Promise<Answer>): Promise<Answer> {
    const attributes = { 'payment.attempt': operation.attempt };
    return span(name, { kind: SpanKind.CLIENT, attributes }, async (active) => {
      const answer = await ask().catch((error: unknown) => answerOfError(operation, error));
      active.setAttribute('payment.answer', answer.is);
      return answer;
    });
  }

  private async authorize(operation: Operation): Promise<Answer> {
    const { orderId, amountMinor, currency, paymentMethod, idemKey } = operation;
    const intent = await this.client.stripe.paymentIntents.create(
      {
        amount: amountMinor,
        currency: currency.toLowerCase(),
        payment_method: paymentMethod,
        // Nobody is there to be asked by the bank: what needs that is a decline.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        error_on_requires_action: true,
        capture_method: 'manual',
        confirm: true,
        metadata: { order_id: orderId },
      },
      { idempotencyKey: idemKey },
    );
    return answerOfIntent(operation, intent);
  }

  private async capture(operation: Operation): Promise<Answer> {
    const { idemKey: idempotencyKey } = operation;
    const intent = await this.client.stripe.paymentIntents.capture(referenceOf(operation), {}, { idempotencyKey });
    return answerOfIntent(operation, intent);
  }

  private async void(operation: Operation): Promise<Answer> {
    const { idemKey: idempotencyKey } = operation;
    const intent = await this.client.stripe.paymentIntents.cancel(referenceOf(operation), {}, { idempotencyKey });
    return answerOfIntent(operation, intent);
  }

  private async refund(operation: Operation): Promise<Answer> {
    const { orderId, amountMinor, idemKey } = operation;
    const refund = await this.client.stripe.refunds.create(
      {
        payment_intent: referenceOf(operation),
        amount: amountMinor,
        // Tells it from another one of as much.
        metadata: { order_id: orderId, operation_id: operation.id },
      },
      { idempotencyKey: idemKey },
    );
    return answerOfRefund(operation, refund);
  }

  /** With its charge, which knows what was given back. */
  private retrieve(reference: string): Promise<Stripe.PaymentIntent> {
    return this.client.stripe.paymentIntents.retrieve(reference, { expand: ['latest_charge'] });
  }

  private async findReference({ orderId }: Operation): Promise<string | undefined> {
    const found = await this.client.stripe.paymentIntents.search({ query: `metadata['order_id']:'${orderId}'` });
    return found.data[0]?.id;
  }

  private async findRefund(operation: Operation): Promise<Answer> {
    const { currency } = operation;
    let total: Money = { amountMinor: 0, currency };
    // It asks for page after page.
    for await (const refund of this.client.stripe.refunds.list({
      payment_intent: referenceOf(operation),
      limit: 100,
    })) {
      if (counts(refund)) total = add(total, { amountMinor: refund.amount, currency });
    }
    const { amountMinor: totalMinor } = total;
    return isMore(totalAfter(operation), total)
      ? unknown(`only ${totalMinor} is given back yet`, true)
      : { is: 'refunded', totalMinor };
  }
}

const counts = ({ status }: Stripe.Refund): boolean => status !== 'failed' && status !== 'canceled';

function referenceOf({ providerReference, orderId }: Operation): string {
  if (!providerReference) throw new Error(`The charge of order ${orderId} has no reference at the provider.`);
  return providerReference;
}

import { readFileSync } from 'node:fs';

import { Injectable } from '@nestjs/common';
import { SettingsError } from '@towpath/config';
import { Lifecycle } from '@towpath/health';
import { span, SpanKind } from '@towpath/tracing';
import Stripe from 'stripe';
import { Agent, fetch } from 'undici';

import { PaymentConfig } from '../payment.config.ts';
import type { Answer, Operation } from './operation.ts';
import { answerOfError, answerOfIntent, answerOfRefund, unknown } from './provider-answers.ts';

/** The outside world: Stripe, or what speaks like it. Each call has a definite answer, or one that says it is not known. */
@Injectable()
export class PaymentProvider {
  private readonly stripe: Stripe;

  constructor(config: PaymentConfig, lifecycle: Lifecycle) {
    const dispatcher = new Agent({ connect: { timeout: config.paymentProviderConnectMs } });
    lifecycle.closing('payment provider', () => dispatcher.destroy());
    const { protocol, hostname, port } = new URL(config.paymentProviderUrl);
    this.stripe = new Stripe(readKey(config.paymentProviderKeyFile), {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port,
      timeout: config.paymentProviderTimeoutMs,
      maxNetworkRetries: 0,
      telemetry: false,
      // Unlike the client over node:http it has one timeout for the whole call, and never sends a second time by itself.
      httpClient: Stripe.createFetchHttpClient(((url: string, init: object) =>
        fetch(url, { ...init, dispatcher, redirect: 'error' })) as unknown as typeof globalThis.fetch),
    });
  }

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
      return answerOfIntent(operation, await this.stripe.paymentIntents.retrieve(reference));
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
    const intent = await this.stripe.paymentIntents.create(
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
    const intent = await this.stripe.paymentIntents.capture(referenceOf(operation), {}, { idempotencyKey });
    return answerOfIntent(operation, intent);
  }

  private async void(operation: Operation): Promise<Answer> {
    const { idemKey: idempotencyKey } = operation;
    const intent = await this.stripe.paymentIntents.cancel(referenceOf(operation), {}, { idempotencyKey });
    return answerOfIntent(operation, intent);
  }

  private async refund(operation: Operation): Promise<Answer> {
    const { orderId, amountMinor, idemKey } = operation;
    const refund = await this.stripe.refunds.create(
      { payment_intent: referenceOf(operation), amount: amountMinor, metadata: { order_id: orderId } },
      { idempotencyKey: idemKey },
    );
    return answerOfRefund(operation, refund);
  }

  private async findReference({ orderId }: Operation): Promise<string | undefined> {
    const found = await this.stripe.paymentIntents.search({ query: `metadata['order_id']:'${orderId}'` });
    return found.data[0]?.id;
  }

  private async findRefund(operation: Operation): Promise<Answer> {
    const list = await this.stripe.refunds.list({ payment_intent: referenceOf(operation), limit: 100 });
    const totalMinor = list.data.filter(counts).reduce((total, { amount }) => total + amount, 0);
    const enough = totalMinor >= operation.refundedMinor + operation.amountMinor;
    return enough ? { is: 'refunded', totalMinor } : unknown(`only ${totalMinor} is given back yet`, true);
  }
}

function readKey(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new SettingsError([
    'PAYMENT_PROVIDER_KEY_FILE holds no key: it must be one line, the secret key for the payment provider.',
  ]);
}

const counts = ({ status }: Stripe.Refund): boolean => status !== 'failed' && status !== 'canceled';

function referenceOf({ providerReference, orderId }: Operation): string {
  if (!providerReference) throw new Error(`The charge of order ${orderId} has no reference at the provider.`);
  return providerReference;
}

import { Injectable } from '@nestjs/common';
import { SecretFile } from '@towpath/config';
import { failpoint } from '@towpath/failpoints';
import { Lifecycle } from '@towpath/health';
import Stripe from 'stripe';
import { Agent, fetch, type Response } from 'undici';

import { PaymentConfig } from '../payment.config.ts';
import { dieAfterRequests } from './request-sent.ts';

/** The provider's own SDK: one request for each call, under the key that its file holds now. */
@Injectable()
export class ProviderClient {
  private readonly key: SecretFile<string>;
  private readonly dispatcher: Agent;
  private current?: { readonly key: string; readonly stripe: Stripe };

  constructor(
    private readonly config: PaymentConfig,
    lifecycle: Lifecycle,
  ) {
    this.key = new SecretFile({
      name: 'PAYMENT_PROVIDER_KEY_FILE',
      path: config.paymentProviderKeyFile,
      allowed: 'a file of one line, the secret key for the payment provider',
      parse: readKey,
    });
    if (TOWPATH_TEST_BUILD) dieAfterRequests(config.paymentProviderUrl);
    this.dispatcher = new Agent({ connect: { timeout: config.paymentProviderConnectMs } });
    lifecycle.closing('payment provider', () => this.dispatcher.destroy());
  }

  get stripe(): Stripe {
    const key = this.key.value;
    if (this.current?.key !== key) this.current = { key, stripe: this.connect(key) };
    return this.current.stripe;
  }

  private connect(key: string): Stripe {
    const { protocol, hostname, port } = new URL(this.config.paymentProviderUrl);
    return new Stripe(key, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port,
      timeout: this.config.paymentProviderTimeoutMs,
      maxNetworkRetries: 0,
      telemetry: false,
      // Unlike the client over node:http it has one timeout for the whole call, and never sends a second time by itself.
      httpClient: Stripe.createFetchHttpClient(((url: string, init: object) =>
        this.fetch(url, init)) as unknown as typeof globalThis.fetch),
    });
  }

  private async fetch(url: string, init: object): Promise<Response> {
    failpoint('provider.request-sent', 'before');
    const response = await fetch(url, { ...init, dispatcher: this.dispatcher, redirect: 'error' });
    failpoint('provider.response-read', 'before');
    return response;
  }
}

function readKey(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error('no key');
  return key;
}

import { Injectable } from '@nestjs/common';
import { SecretFile } from '@towpath/config';
import { Lifecycle } from '@towpath/health';
import Stripe from 'stripe';
import { Agent, fetch } from 'undici';

import { PaymentConfig } from '../payment.config.ts';

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
        fetch(url, { ...init, dispatcher: this.dispatcher, redirect: 'error' })) as unknown as typeof globalThis.fetch),
    });
  }
}

function readKey(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error('no key');
  return key;
}

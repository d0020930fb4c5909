import { Injectable } from '@nestjs/common';
import { SecretFile } from '@towpath/config';
import { DomainError } from '@towpath/errors';
import Stripe from 'stripe';

import { PaymentConfig } from '../payment.config.ts';

/** How old an event may be, or how far ahead of our clock, in seconds. */
const toleranceS = 300;

/** One time, so that what is signed and what is looked at are the same. */
const header = /^t=(\d{1,12})(?:,v\d=[0-9a-f]{64})+$/;

/** Tells the provider's events from those of anybody else. */
@Injectable()
export class ProviderSignature {
  private readonly secrets: SecretFile<readonly string[]>;

  constructor(config: PaymentConfig) {
    this.secrets = new SecretFile({
      name: 'PAYMENT_WEBHOOK_SECRET_FILE',
      path: config.paymentWebhookSecretFile,
      allowed: 'a file with a secret of at least 16 characters on each line',
      parse: readSecrets,
    });
  }

  /** The event that the bytes hold, once their signature is right. @throws DomainError `unauthenticated`, the same for all causes */
  verified(bytes: Buffer | undefined, signature: string | undefined): unknown {
    const [, sentAt] = header.exec(signature ?? '') ?? [];
    // The SDK looks only for what is too old.
    if (!bytes || !signature || !sentAt || Number(sentAt) > Date.now() / 1_000 + toleranceS) throw notSigned();
    for (const secret of this.secrets.value) {
      const event = eventSignedWith(secret, bytes, signature);
      if (event) return event;
    }
    throw notSigned();
  }
}

function eventSignedWith(secret: string, bytes: Buffer, signature: string): unknown {
  try {
    return Stripe.webhooks.constructEvent(bytes, signature, secret, toleranceS);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
    throw error;
  }
}

const notSigned = (): DomainError =>
  new DomainError('unauthenticated', 'The payment provider has not signed this, or not now.', {
    headers: { 'www-authenticate': 'Stripe-Signature' },
  });

function readSecrets(text: string): string[] {
  const secrets = text.split('\n').filter(Boolean);
  if (secrets.length === 0 || !secrets.every((secret) => /^[\x21-\x7e]{16,}$/.test(secret)))
    throw new Error('no secrets');
  return secrets;
}

import { randomUUID } from 'node:crypto';

import { Environment, readSettings } from '@towpath/config';
import type { Lifecycle } from '@towpath/health';

import { PaymentConfig } from '../src/payment.config.ts';
import type { Operation } from '../src/payments/operation.ts';
import { PaymentProvider } from '../src/payments/payment-provider.ts';
import { ProviderClient } from '../src/payments/provider-client.ts';

export const anOperation = (more: Partial<Operation> = {}): Operation => ({
  id: randomUUID(),
  kind: 'authorize',
  orderId: randomUUID(),
  amountMinor: 1_999,
  currency: 'EUR',
  paymentMethod: 'pm_card_visa',
  providerReference: null,
  refundedMinor: 0,
  idemKey: randomUUID(),
  approach: 'send',
  attempt: 1,
  overdue: false,
  traceparent: null,
  ...more,
});

/** The adapter alone, and what lets go of its connections. */
export function aProvider(environment: Record<string, string>): {
  provider: PaymentProvider;
  close: () => Promise<void>;
} {
  let close = async (): Promise<void> => {};
  const lifecycle = { closing: (_: string, closing: typeof close) => (close = closing) } as unknown as Lifecycle;
  const config = readSettings(
    PaymentConfig,
    new Environment({
      PAYMENT_WEBHOOK_SECRET_FILE: __filename,
      ORDER_PROCESSOR_URL: 'http://127.0.0.1:1',
      ...environment,
    }),
  );
  const provider = new PaymentProvider(new ProviderClient(config, lifecycle));
  return { provider, close };
}

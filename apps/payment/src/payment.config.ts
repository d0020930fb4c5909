import { setting, Settings } from '@towpath/config';

export class PaymentConfig extends Settings({
  paymentProviderUrl: setting.url({ meaning: 'where the payment provider answers, such as https://api.stripe.com' }),
  paymentProviderKeyFile: setting.file({ meaning: 'the file that holds the secret key for the payment provider' }),
  paymentWebhookSecretFile: setting.file({
    meaning: 'the file with what the provider signs its events with: a secret on each line, two while one is replaced',
  }),
  paymentProviderConnectMs: setting.durationMs({
    min: 1,
    max: 10_000,
    default: 2_000,
    meaning: 'wait for a connection to the provider',
  }),
  paymentProviderTimeoutMs: setting.durationMs({
    min: 100,
    max: 10_000,
    default: 10_000,
    meaning: 'longest call of the provider; an operation belongs to who claimed it for three of these',
  }),
  operationPollMs: setting.durationMs({
    min: 10,
    default: 500,
    meaning: 'backstop between two looks for operations that are due',
  }),
  operationConcurrency: setting.integer({ min: 1, max: 100, default: 16, meaning: 'operations under way at most' }),
  operationRetryMaxMs: setting.durationMs({
    min: 1,
    default: 30_000,
    meaning: 'longest wait before an operation with an unknown outcome is sent again',
  }),
  operationLookUpAfterMs: setting.durationMs({
    min: 1,
    max: 82_800_000,
    default: 72_000_000,
    meaning: 'when an unknown outcome is looked up instead; the provider forgets keys after 24 h',
  }),
  operationReviewEveryMs: setting.durationMs({
    min: 10,
    default: 600_000,
    meaning: 'time between two looks for the outcome of an operation that needs review',
  }),
  orderProcessorUrl: setting.url({ meaning: 'where order-processor says what each order costs' }),
  reconcileEveryMs: setting.durationMs({
    min: 1_000,
    default: 3_600_000,
    meaning: 'time between two reconciliations of provider, ledger and orders',
  }),
  reconcileDays: setting.integer({ min: 1, max: 10_000, default: 7, meaning: 'how far back a reconciliation looks' }),
  reconcileGraceMs: setting.durationMs({
    default: 300_000,
    meaning: 'what changed more recently is under way and no mismatch; longer than a reconciliation takes',
  }),
}) {}

/** Every durable step, after which the world is another: dying just before and just after each must lose nothing. */
export const failpoints = [
  'checkout.commit',
  'checkout.response-written',
  'relay.selected',
  'relay.sent',
  'relay.acknowledged',
  'relay.marked-published',
  'direct.commit',
  'direct.reply-sent',
  'consumer.inbox-inserted',
  'consumer.effect-applied',
  'consumer.commit',
  'consumer.offset-committed',
  'provider.claim-committed',
  'provider.request-sent',
  'provider.response-read',
  'provider.result-committed',
  'webhook.commit',
  'webhook.response-written',
  'sweep.re-ask-committed',
  'refund.request-committed',
  'refund.operation-claimed',
  'reconciler.mismatch-recorded',
  'reconciler.correction-committed',
  'migration.statement-applied',
  'migration.version-recorded',
] as const;
export type Failpoint = (typeof failpoints)[number];

export const sides = ['before', 'after'] as const;
export type Side = (typeof sides)[number];

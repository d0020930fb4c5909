/**
 * Every durable step, after which the world is another: dying just before and just after each must lose nothing. One that
 * ends in `.commit` is the commit of the transaction of that name; a migration's names itself.
 */
export const failpoints = [
  'checkout.commit',
  'checkout.response-written',
  'relay.selected',
  'relay.sent',
  'relay.acknowledged',
  'relay.marked-published',
  'direct.reply-sent',
  'consumer.inbox-inserted',
  'consumer.effect-applied',
  'consumer.commit',
  'consumer.offset-committed',
  'provider.claim-committed',
  'provider.request-sent',
  'provider.response-read',
  'provider-result.commit',
  'webhook.commit',
  'webhook.response-written',
  'sweep.commit',
  'cancel.commit',
  'refund.commit',
  'reconciliation-mismatch.commit',
  'reconciliation.finished',
  'migration.statement-applied',
  'migration.commit',
] as const;
export type Failpoint = (typeof failpoints)[number];

export const sides = ['before', 'after'] as const;
export type Side = (typeof sides)[number];

type NameIn<Point> = Point extends `${infer Name}.commit` ? Name : never;
/** The transactions whose commit is a place to die at. */
export type NamedTransaction = NameIn<Failpoint>;

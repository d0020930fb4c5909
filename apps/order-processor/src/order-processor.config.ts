import { setting, Settings } from '@towpath/config';

const day = 86_400_000;

export class OrderProcessorConfig extends Settings({
  orderDeadlineMs: setting.durationMs({
    min: 1,
    default: 60_000,
    meaning: 'an order not confirmed by then is cancelled',
  }),
  deadlineCheckMs: setting.durationMs({
    min: 10,
    default: 1_000,
    meaning: 'between two looks for orders past their deadline',
  }),
  sweepEveryMs: setting.durationMs({
    min: 10,
    default: 10_000,
    meaning: 'between two looks for orders to ask for again',
  }),
  sweepQuietMs: setting.durationMs({
    min: 1,
    default: 20_000,
    meaning: 'an unsettled order that heard nothing for so long is asked for again',
  }),
  sweepReviewQuietMs: setting.durationMs({
    min: 1,
    default: 600_000,
    meaning: 'the same, once payment says that a person must look',
  }),
  sweepBatch: setting.integer({
    min: 1,
    max: 10_000,
    default: 200,
    meaning: 'orders per look at most, so that a backlog is not doubled by asking',
  }),
  stuckAfterMs: setting.durationMs({
    min: 1,
    default: 600_000,
    meaning: 'an order unsettled for so long is counted as stuck',
  }),
  declinesMax: setting.integer({
    min: 1,
    max: 1_000_000,
    default: 5,
    meaning: 'orders of a customer whose payment is declined within that time; then no more is taken in',
  }),
  declinesWithinMs: setting.durationMs({
    min: 1,
    default: 3_600_000,
    meaning: 'that time (1 hour)',
  }),
  followEveryMs: setting.durationMs({
    min: 10,
    default: 250,
    meaning: 'between two looks for what happened to the orders that are followed',
  }),
  followHeartbeatMs: setting.durationMs({
    min: 10,
    default: 15_000,
    meaning: 'between two signs of life on a stream of order events',
  }),
  followLastsMs: setting.durationMs({
    min: 1,
    // Nobody looks again at the token that a stream was opened with.
    max: 600_000,
    default: 300_000,
    meaning: 'how long a stream of order events lasts; its client then goes on with another',
  }),
  followersMax: setting.integer({
    min: 1,
    max: 100_000,
    default: 500,
    meaning: 'streams of order events that are open at once in a process',
  }),
  followersPerUserMax: setting.integer({
    min: 1,
    max: 100_000,
    default: 5,
    meaning: 'those of them that one user may have',
  }),
  idempotencyKeptMs: setting.durationMs({
    min: 1,
    default: 7 * day,
    meaning: 'how long the answer to an idempotency key is kept (7 days)',
  }),
  idempotencyCleanupMs: setting.durationMs({
    min: 10,
    default: 600_000,
    meaning: 'between two removals of expired idempotency keys',
  }),
}) {}

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

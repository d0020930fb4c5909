import { setting, Settings } from '@towpath/config';

/** Of the tier in Redis, where there is one. */
export class SharedCacheConfig extends Settings({
  cacheRedisTtlMs: setting.durationMs({
    min: 1_000,
    default: 30_000,
    meaning: 'how long a value is kept in Redis; a change that could not be told there is seen after that',
  }),
  cacheMaxValueBytes: setting.integer({
    min: 1,
    max: 1_048_576,
    default: 65_536,
    meaning: 'the largest value that is kept in Redis, as JSON',
  }),
}) {}

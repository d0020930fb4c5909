import { setting, Settings } from '@towpath/config';

export class CacheConfig extends Settings({
  cacheTtlMs: setting.durationMs({
    min: 1,
    default: 300_000,
    meaning: 'the longest time that a cached value is served',
  }),
  cacheMaxEntries: setting.integer({
    min: 1,
    max: 1_000_000,
    default: 10_000,
    meaning: 'values kept per cache; beyond it the least recently read goes',
  }),
}) {}

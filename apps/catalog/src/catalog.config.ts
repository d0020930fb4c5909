import { setting, Settings } from '@towpath/config';

export class CatalogConfig extends Settings({
  sayAgainAfterMs: setting.durationMs({
    min: 1,
    default: 60_000,
    meaning: 'when a changed product is said again, once, in case its message was lost',
  }),
  sayAgainEveryMs: setting.durationMs({
    min: 1,
    default: 86_400_000,
    meaning: 'how often each product is said again although nothing changed',
  }),
  sayAgainPollMs: setting.durationMs({
    min: 10,
    default: 5_000,
    meaning: 'time between two looks for products to say again',
  }),
  sayAgainBatch: setting.integer({ min: 1, max: 1_000, default: 100, meaning: 'products said again per look at most' }),
  preloadEveryMs: setting.durationMs({
    min: 10,
    default: 60_000,
    meaning: 'how often the most read products are loaded into the cache; beneath CACHE_TTL_MS, or they expire first',
  }),
  preloadProducts: setting.integer({ min: 1, max: 10_000, default: 100, meaning: 'products preloaded at most' }),
}) {}

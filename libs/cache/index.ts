export { CacheConfig } from './cache.config.ts';
export { CacheModule } from './cache.module.ts';
export { Cache } from './cache.ts';
export { Caches } from './caches.ts';
export { SharedCacheConfig } from './shared-cache.config.ts';
export type { SharedOptions } from './shared-tier.ts';

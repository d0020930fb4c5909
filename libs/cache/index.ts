export { CacheConfig } from './cache.config.ts';
export { CacheModule } from './cache.module.ts';
export { Cache } from './cache.ts';
export { Caches } from './caches.ts';

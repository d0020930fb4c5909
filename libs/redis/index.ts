export type { RedisClient } from './connect.ts';
export { RedisConfig } from './redis.config.ts';
export { RedisModule } from './redis.module.ts';
export { Redis, type Subscriber } from './redis.ts';
export { RedisAway } from './redis-away.ts';

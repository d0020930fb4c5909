import type { Redis, RedisClient } from '@towpath/redis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

import type { Count } from './window-counter.ts';

/** Counts in Redis, for all processes together. */
export class SharedCounter {
  private limiter?: RateLimiterRedis;

  constructor(
    private readonly redis: Redis,
    private readonly name: string,
    private readonly windowSeconds: number,
  ) {}

  get isThere(): boolean {
    return this.redis.isThere;
  }

  /** Undefined when Redis does not say. */
  async add(key: string, points: number): Promise<Count | undefined> {
    try {
      const { consumedPoints: used, msBeforeNext: endsInMs } = await this.redis.use((client) => {
        const limiter = this.limiterOn(client);
        return points > 0 ? limiter.penalty(key, points) : limiter.reward(key, -points);
      });
      return { used, endsInMs };
    } catch {
      return undefined;
    }
  }

  private limiterOn(client: RedisClient): RateLimiterRedis {
    this.limiter ??= new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `towpath:limit:${this.name}`,
      // The limit itself is kept where both counts are known.
      points: Number.MAX_SAFE_INTEGER,
      duration: this.windowSeconds,
    });
    return this.limiter;
  }
}

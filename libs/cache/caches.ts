import { Injectable, Optional } from '@nestjs/common';
import { Metrics } from '@towpath/metrics';
import { Redis } from '@towpath/redis';

import { CacheConfig } from './cache.config.ts';
import { Cache } from './cache.ts';
import { SharedCacheConfig } from './shared-cache.config.ts';
import { type SharedOptions, SharedTier } from './shared-tier.ts';

/** Makes the caches of an application; they share settings and metrics. */
@Injectable()
export class Caches {
  private readonly reads;
  private readonly sharedReads;

  constructor(
    private readonly config: CacheConfig,
    private readonly sharedConfig: SharedCacheConfig,
    metrics: Metrics,
    @Optional() private readonly redis?: Redis,
  ) {
    const labels = ['cache', 'result'] as const;
    this.reads = metrics.counter('cache_reads_total', 'Reads of a cache, by result: hit or miss.', labels);
    this.sharedReads = metrics.counter(
      'cache_shared_reads_total',
      'Misses, by what Redis had: hit, load, away.',
      labels,
    );
  }

  /**
   * @param name a noun in the plural; the label of the metrics
   * @param shared for a second tier in Redis, where the application imports RedisModule
   */
  create<K extends string, V extends object>(name: string, shared?: SharedOptions<V>): Cache<K, V> {
    const cache = new Cache<K, V>({
      ttlMs: this.config.cacheTtlMs,
      maxEntries: this.config.cacheMaxEntries,
      onRead: (hit) => this.reads.inc({ cache: name, result: hit ? 'hit' : 'miss' }),
    });
    return shared && this.redis ? cache.over(this.tierFor(name, shared, this.redis, cache)) : cache;
  }

  private tierFor<K extends string, V extends object>(
    name: string,
    shared: SharedOptions<V>,
    redis: Redis,
    cache: Cache<K, V>,
  ): SharedTier<V> {
    const { cacheRedisTtlMs: ttlMs, cacheMaxValueBytes: maxValueBytes } = this.sharedConfig;
    return new SharedTier<V>(redis, {
      ...shared,
      name,
      // No older there than anywhere.
      ttlMs: Math.min(ttlMs, this.config.cacheTtlMs),
      maxValueBytes,
      onChange: (key) => cache.drop(key as K | undefined),
      onRead: (result) => this.sharedReads.inc({ cache: name, result }),
    });
  }
}

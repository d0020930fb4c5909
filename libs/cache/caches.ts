import { Injectable } from '@nestjs/common';
import { Metrics } from '@towpath/metrics';

import { CacheConfig } from './cache.config.ts';
import { Cache } from './cache.ts';

/** Makes the caches of an application; they share settings and the metric `cache_reads_total{cache, result}`. */
@Injectable()
export class Caches {
  private readonly reads;

  constructor(
    private readonly config: CacheConfig,
    metrics: Metrics,
  ) {
    this.reads = metrics.counter('cache_reads_total', 'Reads of a cache, by result: hit or miss.', ['cache', 'result']);
  }

  /** @param name a noun in the plural; the label of the metric */
  create<K extends string, V extends object>(name: string): Cache<K, V> {
    return new Cache({
      ttlMs: this.config.cacheTtlMs,
      maxEntries: this.config.cacheMaxEntries,
      onRead: (hit) => this.reads.inc({ cache: name, result: hit ? 'hit' : 'miss' }),
    });
  }
}

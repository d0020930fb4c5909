import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Environment } from '@towpath/config';
import { Metrics } from '@towpath/metrics';

import { CacheConfig, CacheModule, Caches } from './index.ts';

async function given(values: Record<string, string>) {
  const metrics = new Metrics();
  const shared = [
    { provide: Environment, useValue: new Environment(values) },
    { provide: Metrics, useValue: metrics },
  ];
  class Shared {}
  Module({ providers: shared, exports: [Environment, Metrics] })(Shared);
  const app = await Test.createTestingModule({ imports: [{ module: Shared, global: true }, CacheModule] }).compile();
  return { metrics, config: app.get(CacheConfig), cache: app.get(Caches).create<string, object>('products') };
}

describe('caches', () => {
  it('When nothing is set, then a value is served for 300 s at most', async () => {
    const { config } = await given({});

    expect({ ...config }).toEqual({ cacheTtlMs: 300_000, cacheMaxEntries: 10_000 });
  });

  it('When a limit is set, then the caches keep it', async () => {
    const { cache } = await given({ CACHE_MAX_ENTRIES: '1' });
    const load = jest.fn((key: string) => Promise.resolve({ key }));

    for (const key of ['a', 'b', 'a']) await cache.get(key, load);

    expect(load).toHaveBeenCalledTimes(3);
  });

  it('When the time is set, then the caches keep it', async () => {
    const { cache } = await given({ CACHE_TTL_MS: '50' });
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const load = jest.fn((key: string) => Promise.resolve({ key }));

    for (const time of [1_000, 1_050, 1_051]) {
      clock.mockReturnValue(time);
      await cache.get('a', load);
    }

    expect(load).toHaveBeenCalledTimes(2);
    clock.mockRestore();
  });

  it('When values are read, then hits and misses are counted by cache', async () => {
    const { cache, metrics } = await given({});

    for (let read = 0; read < 3; read += 1) await cache.get('a', () => Promise.resolve({}));

    expect((await metrics.registry.getSingleMetric('cache_reads_total')!.get()).values).toEqual([
      { labels: { cache: 'products', result: 'miss' }, value: 1 },
      { labels: { cache: 'products', result: 'hit' }, value: 2 },
    ]);
  });
});

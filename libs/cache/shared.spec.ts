import { Logger } from '@nestjs/common';
import { Lifecycle } from '@towpath/health';
import { Metrics } from '@towpath/metrics';
import { Redis, RedisConfig } from '@towpath/redis';
import { describeWithRedis, eventually } from '@towpath/testing';

import { CacheConfig, Caches, SharedCacheConfig, type SharedOptions } from './index.ts';

interface Price {
  readonly minor: number;
}

const shared: SharedOptions<Price> = {
  version: 1,
  read: (json) => {
    const { minor } = json as Price;
    if (!Number.isInteger(minor)) throw new Error('no price');
    return { minor };
  },
};

Logger.overrideLogger(false);

describeWithRedis('caches of several processes', (server) => {
  const running: Lifecycle[] = [];
  afterEach(async () => {
    for (const lifecycle of running.splice(0)) await lifecycle.drain();
  });

  /** What one process has. Processes share the truth. */
  async function process(truth: Map<string, Price>, options: Partial<SharedOptions<Price> & SharedCacheConfig> = {}) {
    const [lifecycle, metrics] = [new Lifecycle(), new Metrics()];
    const redis = new Redis(new RedisConfig({ redisUrl: server.url, redisTimeoutMs: 1_000 }), lifecycle, metrics);
    const caches = new Caches(
      new CacheConfig({ cacheTtlMs: 300_000, cacheMaxEntries: 100 }),
      new SharedCacheConfig({ cacheRedisTtlMs: 30_000, cacheMaxValueBytes: 1_000, ...options }),
      metrics,
      redis,
    );
    const cache = caches.create<string, Price>('prices', { ...shared, ...options });
    const load = jest.fn(async (key: string) => truth.get(key));
    running.push(lifecycle);
    await lifecycle.start();
    await eventually(() => redis.isThere).toBe(true);
    const results = async () =>
      Object.fromEntries(
        (await metrics.registry.getSingleMetric('cache_shared_reads_total')!.get()).values.map((each) => [
          each.labels.result,
          each.value,
        ]),
      );
    return { cache, redis, load, results, read: () => cache.get('a', load) };
  }

  const given = async (options?: Parameters<typeof process>[1]) => {
    const truth = new Map<string, Price>([['a', { minor: 1 }]]);
    return { truth, one: await process(truth, options), two: await process(truth, options) };
  };
  const gate = () => Promise.withResolvers<Price | undefined>();
  const isAway = (...all: { redis: Redis }[]) => eventually(() => all.some(({ redis }) => redis.isThere)).toBe(false);
  const isThere = (...all: { redis: Redis }[]) => eventually(() => all.every(({ redis }) => redis.isThere)).toBe(true);

  it('When one process has loaded a value, then the others need not', async () => {
    const { one, two } = await given();

    expect([await one.read(), await two.read(), await two.read()]).toEqual(Array(3).fill({ minor: 1 }));

    expect([one.load.mock.calls.length, two.load.mock.calls.length]).toEqual([1, 0]);
    expect([await one.results(), await two.results()]).toEqual([{ load: 1 }, { hit: 1 }]);
  });

  it('When many processes miss a value at once, then one loads it and the others wait for it', async () => {
    const { one, two } = await given();
    const loading = gate();
    const slow = jest.fn(() => loading.promise);

    const answers = [one, two, one, two].map(({ cache }) => cache.get('a', slow));
    await eventually(() => server.call('KEYS', '*')).toEqual(['towpath:cache:prices:1:a']);
    loading.resolve({ minor: 1 });

    expect(await Promise.all(answers)).toEqual(Array(4).fill({ minor: 1 }));
    expect(slow).toHaveBeenCalledTimes(1);
  });

  it('When the one that loads takes too long, then the others load for themselves', async () => {
    const { one, two } = await given();
    const loading = gate();
    const slow = one.cache.get('a', () => loading.promise);
    await eventually(() => server.call('EXISTS', 'towpath:cache:prices:1:a')).toBe(1);

    const begun = performance.now();
    expect(await two.read()).toEqual({ minor: 1 });

    expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
    expect(performance.now() - begun).toBeLessThan(1_000);
    loading.resolve({ minor: 1 });
    await slow;
  });

  it.each([
    ['fails', () => Promise.reject<Price>(new Error('database away'))],
    ['finds nothing', () => Promise.resolve(undefined)],
  ])('When the one that loads %s, then the next loads at once', async (_, load) => {
    const { one, two } = await given();

    await one.cache.get('a', load).catch(() => undefined);
    await eventually(() => server.call('KEYS', '*')).toEqual([]);

    expect(await two.read()).toEqual({ minor: 1 });
    expect(two.load).toHaveBeenCalledTimes(1);
  });

  it('When a value changes, then every process forgets the old one', async () => {
    const { truth, one, two } = await given();
    await Promise.all([one.read(), two.read()]);

    truth.set('a', { minor: 2 });
    one.cache.invalidate('a');

    expect(await one.read()).toEqual({ minor: 2 });
    await eventually(two.read).toEqual({ minor: 2 });
  });

  it('When a value changes while another process loads it, then the old one is kept nowhere', async () => {
    const { truth, one, two } = await given();
    const loading = gate();
    const early = two.cache.get('a', () => loading.promise);
    await eventually(() => server.call('EXISTS', 'towpath:cache:prices:1:a')).toBe(1);

    truth.set('a', { minor: 2 });
    one.cache.invalidate('a');
    await eventually(() => server.call('EXISTS', 'towpath:cache:prices:1:a')).toBe(0);
    loading.resolve({ minor: 1 });

    expect(await early).toEqual({ minor: 1 });
    expect(await one.read()).toEqual({ minor: 2 });
    await eventually(two.read).toEqual({ minor: 2 });
  });

  it('When Redis is away as a value changes, then it is told once Redis is back, and nobody is served the old one', async () => {
    const { truth, one, two } = await given();
    await Promise.all([one.read(), two.read()]);
    server.freeze();
    await isAway(one, two);

    truth.set('a', { minor: 2 });
    one.cache.invalidate('a');
    expect(await one.read()).toEqual({ minor: 2 });
    server.thaw();
    await isThere(one, two);

    await eventually(async () => String(await server.call('GET', 'towpath:cache:prices:1:a'))).not.toContain(
      '"minor":1',
    );
    expect([await one.read(), await two.read()]).toEqual([{ minor: 2 }, { minor: 2 }]);
  });

  it('When a process ended before it could tell of a change, then the others forget what they may have missed', async () => {
    const { truth, one, two } = await given();
    await two.read();
    await server.stop();
    await isAway(one, two);

    truth.set('a', { minor: 2 });
    one.cache.invalidate('a');
    await running[0]?.drain();
    const meanwhile = await two.read();
    await server.start();
    await isThere(two);

    expect(meanwhile).toEqual({ minor: 1 });
    expect(await two.read()).toEqual({ minor: 2 });
  });

  it('When Redis is away, then each process has its memory', async () => {
    const { one, two } = await given();
    await server.stop();
    await isAway(one, two);

    expect([await one.read(), await one.read(), await two.read()]).toEqual(Array(3).fill({ minor: 1 }));

    expect([one.load.mock.calls.length, two.load.mock.calls.length]).toEqual([1, 1]);
  });

  it('When Redis forgets everything, then values are loaded again', async () => {
    const { one, two } = await given();
    await one.read();

    await server.call('FLUSHALL');

    expect(await two.read()).toEqual({ minor: 1 });
    expect(two.load).toHaveBeenCalledTimes(1);
  });

  it('When a value was old as it came from Redis, then it is not kept for longer than if it had been loaded here', async () => {
    const { one, two, truth } = await given();
    await one.read();
    await server.call('PEXPIRE', 'towpath:cache:prices:1:a', '5000');
    const now = performance.now();
    await two.read();
    truth.set('a', { minor: 2 });
    await server.call('FLUSHALL');

    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 274_000);
    const before = await two.read();
    clock.mockReturnValue(now + 276_500);
    const after = await two.read();
    clock.mockRestore();

    expect([before, after]).toEqual([{ minor: 1 }, { minor: 2 }]);
  });

  it('When a value is large, then it is not put into Redis', async () => {
    const { one } = await given({ cacheMaxValueBytes: 5 });

    expect(await one.read()).toEqual({ minor: 1 });

    await eventually(() => server.call('KEYS', '*')).toEqual([]);
  });

  it.each(['nonsense', '[30000,{"minor":"1"}]', '[30000]', '{}'])(
    'When Redis holds %s, then it is loaded',
    async (text) => {
      const { one } = await given();
      await server.call('SET', 'towpath:cache:prices:1:a', text);

      expect(await one.read()).toEqual({ minor: 1 });
    },
  );

  it('When values have another shape, then those of the other are not seen', async () => {
    const truth = new Map<string, Price>([['a', { minor: 1 }]]);
    const [old, newer] = [await process(truth), await process(truth, { version: 2 })];
    await old.read();

    expect(await newer.read()).toEqual({ minor: 1 });
    expect(newer.load).toHaveBeenCalledTimes(1);
  });

  it('When a value changes all the time and is read all the time, then the last one is what all of them see', async () => {
    const { truth, one, two } = await given();
    const seen: number[][] = [[], []];
    const isOver = () => truth.get('a')!.minor >= 300;
    const reading = [one, two].map(async ({ cache }, at) => {
      while (!isOver()) {
        const load = async () => {
          const value = truth.get('a');
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
          return value;
        };
        seen[at]?.push((await cache.get('a', load))!.minor);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    while (!isOver()) {
      truth.set('a', { minor: truth.get('a')!.minor + 1 });
      (Math.random() < 0.5 ? one : two).cache.invalidate('a');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
    }
    await Promise.all(reading);

    await eventually(one.read).toEqual({ minor: 300 });
    await eventually(two.read).toEqual({ minor: 300 });
    expect(seen.every((values) => values.length > 100)).toBe(true);
  });
});

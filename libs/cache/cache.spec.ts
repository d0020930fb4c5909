import { Cache, type CacheOptions } from './cache.ts';

interface Price {
  readonly minor: number;
}

function given(options: Partial<CacheOptions> = {}) {
  let now = 1;
  const reads: boolean[] = [];
  const cache = new Cache<string, Price>({
    ttlMs: 300,
    maxEntries: 10,
    onRead: (hit) => reads.push(hit),
    now: () => now,
    ...options,
  });
  const truth = new Map<string, Price>([['a', { minor: 1 }]]);
  const load = jest.fn((key: string) => Promise.resolve(truth.get(key)));
  return { cache, truth, load, reads, pass: (ms: number) => (now += ms) };
}

function later<T>() {
  return Promise.withResolvers<T>();
}

describe('cache', () => {
  it('When a value is read twice, then it is loaded once, and a miss and a hit are told', async () => {
    const { cache, load, reads } = given();

    expect(await cache.get('a', load)).toEqual({ minor: 1 });
    expect(await cache.get('a', load)).toEqual({ minor: 1 });

    expect(load).toHaveBeenCalledTimes(1);
    expect(reads).toEqual([false, true]);
  });

  it('When its time is over, then a value is loaded again', async () => {
    const { cache, truth, load, pass } = given();
    await cache.get('a', load);
    truth.set('a', { minor: 2 });

    pass(300);
    expect(await cache.get('a', load)).toEqual({ minor: 1 });
    pass(1);
    expect(await cache.get('a', load)).toEqual({ minor: 2 });
  });

  it('When more is read than fits, then the least recently read goes', async () => {
    const { cache, truth, load } = given({ maxEntries: 2 });
    for (const key of ['b', 'c']) truth.set(key, { minor: 1 });
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key, load);
    load.mockClear();

    await cache.get('a', load);
    await cache.get('b', load);

    expect(load.mock.calls).toEqual([['b']]);
  });

  it('When many ask at once, then one load answers all', async () => {
    const { cache } = given();
    const loading = later<Price>();
    const load = jest.fn(() => loading.promise);

    const answers = Promise.all(Array.from({ length: 50 }, () => cache.get('a', load)));
    loading.resolve({ minor: 1 });

    expect(new Set((await answers).map((price) => price?.minor))).toEqual(new Set([1]));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('When a load fails, then all who wait are told, and the next reader loads again', async () => {
    const { cache, load } = given();
    const failing = () => Promise.reject(new Error('database away'));

    const answers = await Promise.allSettled([cache.get('a', failing), cache.get('a', failing)]);

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', load)).toEqual({ minor: 1 });
  });

  it('When there is no value, then that is not remembered', async () => {
    const { cache, truth, load } = given();

    expect(await cache.get('new', load)).toBeUndefined();
    truth.set('new', { minor: 7 });

    expect(await cache.get('new', load)).toEqual({ minor: 7 });
  });

  it('When a value is invalidated, then it is loaded again', async () => {
    const { cache, truth, load } = given();
    await cache.get('a', load);
    truth.set('a', { minor: 2 });

    cache.invalidate('a');

    expect(await cache.get('a', load)).toEqual({ minor: 2 });
  });

  it('When a value is invalidated while it is being loaded, then later readers do not get the old one', async () => {
    const { cache, truth, load } = given();
    const old = later<Price>();
    const early = cache.get('a', () => old.promise);
    truth.set('a', { minor: 2 });

    cache.invalidate('a');
    const during = await cache.get('a', load);
    old.resolve({ minor: 1 });
    await early;

    expect([during, await cache.get('a', load)]).toEqual([{ minor: 2 }, { minor: 2 }]);
  });

  it('When an invalidated load ends, then the newer one still answers all and is kept', async () => {
    const { cache, load } = given();
    const [old, newer] = [later<Price>(), later<Price>()];
    const early = cache.get('a', () => old.promise);
    cache.invalidate('a');
    const waiting = cache.get('a', () => newer.promise);

    old.resolve({ minor: 1 });
    await early;
    const sharing = cache.get('a', load);
    newer.resolve({ minor: 2 });

    expect([await waiting, await sharing, await cache.get('a', load)]).toEqual(Array(3).fill({ minor: 2 }));
    expect(load).not.toHaveBeenCalled();
  });

  it('When keys are warmed, then they are loaded together and readers find them fresh', async () => {
    const { cache, truth, load } = given();
    await cache.get('a', load);
    truth.set('a', { minor: 2 }).set('b', { minor: 3 });
    load.mockClear();
    const loadMany = jest.fn(() => Promise.resolve(truth));

    await cache.warm(['a', 'b', 'gone'], loadMany);

    expect([await cache.get('a', load), await cache.get('b', load)]).toEqual([{ minor: 2 }, { minor: 3 }]);
    expect(loadMany).toHaveBeenCalledTimes(1);
    expect(load).not.toHaveBeenCalled();
  });

  it('When a key is invalidated while it is being warmed, then the old value is not kept', async () => {
    const { cache, truth, load } = given();
    const old = later<Map<string, Price>>();
    const warming = cache.warm(['a'], () => old.promise);
    truth.set('a', { minor: 2 });

    cache.invalidate('a');
    old.resolve(new Map([['a', { minor: 1 }]]));
    await warming;

    expect(await cache.get('a', load)).toEqual({ minor: 2 });
  });

  it.each([[['a', 'b']], [[]]])(
    'When warming %j fails, then its caller is told and readers load for themselves',
    async (keys) => {
      const { cache, load } = given();

      await expect(cache.warm(keys, () => Promise.reject(new Error('database away')))).rejects.toThrow('database away');

      expect(await cache.get('a', load)).toEqual({ minor: 1 });
    },
  );
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { Logger } from '@nestjs/common';
import { Lifecycle } from '@towpath/health';
import { Metrics } from '@towpath/metrics';
import { describeWithRedis, eventually, type ThrowAwayRedis } from '@towpath/testing';

import { Redis, RedisAway, RedisConfig } from './index.ts';

const unhandled = jest.fn();
const logged = { log: jest.fn(), warn: jest.fn() };
const toClose: Lifecycle[] = [];

beforeAll(() => void process.on('unhandledRejection', unhandled));
beforeEach(() => {
  for (const level of ['log', 'warn'] as const)
    logged[level] = jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined) as never;
});
afterEach(async () => {
  for (const lifecycle of toClose.splice(0)) await lifecycle.drain();
  jest.restoreAllMocks();
  expect(unhandled).not.toHaveBeenCalled();
});
afterAll(() => void process.off('unhandledRejection', unhandled));

async function given(redisUrl: string | undefined, redisTimeoutMs = 80) {
  const [lifecycle, metrics] = [new Lifecycle(), new Metrics()];
  const redis = new Redis(new RedisConfig({ redisUrl, redisTimeoutMs }), lifecycle, metrics);
  toClose.push(lifecycle);
  const isThere = () => eventually(() => redis.isThere).toBe(true);
  const isAway = () => eventually(() => redis.isThere).toBe(false);
  const counted = async () =>
    Object.fromEntries(
      (await metrics.registry.getSingleMetric('redis_commands_total')!.get()).values.map((each) => [
        each.labels.result,
        each.value,
      ]),
    );
  return { redis, lifecycle, metrics, start: () => lifecycle.start(), isThere, isAway, counted };
}

/** How long many at once take, in milliseconds, and what each came to. */
async function timed(works: (() => Promise<unknown>)[]) {
  const begun = performance.now();
  const all = await Promise.allSettled(
    works.map(async (work) => {
      await work();
    }),
  );
  return { ms: performance.now() - begun, reasons: all.map((each) => each.status === 'rejected' && each.reason) };
}

/** One after the other, so that each would wait for itself. */
const inTurn = (count: number, work: () => Promise<unknown>) => () =>
  times(count, work).reduce(
    (before, next) => before.then(() => next().catch(() => undefined)),
    Promise.resolve<unknown>(0),
  );

const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
const ping = (redis: Redis) => () => redis.use((client) => client.ping());

async function started(server: ThrowAwayRedis, redisTimeoutMs?: number) {
  const one = await given(server.url, redisTimeoutMs);
  await one.start();
  await one.isThere();
  return one;
}

describe('no Redis', () => {
  it('When none is configured, then whoever wants it is told at once, and nothing is logged', async () => {
    const { redis, start, counted } = await given(undefined);
    await start();

    await expect(redis.use((client) => client.ping())).rejects.toThrow(RedisAway);

    expect(redis.isThere).toBe(false);
    expect(await counted()).toEqual({ refused: 1 });
    expect(logged.warn).not.toHaveBeenCalled();
  });

  it('When what is there is no Redis, then that is logged once however often it is tried', async () => {
    let tried = 0;
    const other = createServer((socket) => {
      tried += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { redis, start } = await given(`redis://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await start();
    await eventually(() => logged.warn.mock.calls.length).toBe(1);

    const { ms } = await timed([inTurn(100, ping(redis))]);
    await eventually(() => tried).toBeGreaterThan(2);
    other.close();

    expect(ms).toBeLessThan(1_000);
    expect(logged.warn).toHaveBeenCalledTimes(1);
  });
});

describeWithRedis('Redis', (server) => {
  it('When it is there, then it does what it is told, and counts', async () => {
    const { redis, counted, metrics } = await started(server);

    await redis.use((client) => client.set('a', '1'));

    expect(await redis.use((client) => client.get('a'))).toBe('1');
    expect(await counted()).toEqual({ done: 2 });
    expect(await metrics.registry.metrics()).toContain('redis_there 1');
  });

  it('When a service has started, then it has it from the beginning', async () => {
    const { redis, start } = await given(server.url, 1_000);

    await start();

    expect(redis.isThere).toBe(true);
  });

  it('When it stops, then it is done without, and again with it once it is back', async () => {
    const { redis, isThere, isAway } = await started(server);

    await server.stop();
    await isAway();
    const without = await timed(times(100, ping(redis)));
    const { ms } = await timed([inTurn(100, ping(redis))]);
    await server.start();
    await isThere();

    expect(new Set(without.reasons.map((reason) => (reason as Error).name))).toEqual(new Set(['RedisAway']));
    expect(ms).toBeLessThan(1_000);
    expect(await redis.use((client) => client.ping())).toBe('PONG');
    expect([logged.log.mock.calls.length, logged.warn.mock.calls.length]).toEqual([2, 1]);
  });

  it('When it freezes, then everybody is let go with the first, and the next do not wait', async () => {
    const { redis, isThere } = await started(server);

    server.freeze();
    const first = await timed(times(500, ping(redis)));
    const next = await timed([inTurn(100, ping(redis))]);
    server.thaw();
    await isThere();

    expect(first.reasons.every((reason) => reason instanceof RedisAway)).toBe(true);
    expect(first.ms).toBeGreaterThanOrEqual(79);
    expect(first.ms).toBeLessThan(500);
    expect(next.ms).toBeLessThan(1_000);
    expect(await redis.use((client) => client.ping())).toBe('PONG');
  });

  it('When it freezes and nobody asks, then that is noticed', async () => {
    const { isAway } = await started(server);

    server.freeze();

    await isAway();
  });

  it('When it is frozen as the service starts, then the service starts, and finds it later', async () => {
    const { redis, start, isThere } = await given(server.url);
    server.freeze();

    const { ms } = await timed([start, ping(redis)]);
    server.thaw();

    expect(ms).toBeLessThan(250);
    await isThere();
  });

  it('When it takes no writes, then it is away until it does', async () => {
    const { redis, isAway, isThere } = await started(server);

    await server.call('REPLICAOF', '127.0.0.1', '1');
    await expect(redis.use((client) => client.set('a', '1'))).rejects.toThrow(RedisAway);
    await isAway();
    // It has tried again, and was refused.
    await eventually(() => server.call('INFO', 'errorstats')).toMatch(/READONLY:count=(?!1\b)/);
    const meanwhile = redis.isThere;
    await server.call('REPLICAOF', 'NO', 'ONE');

    expect(meanwhile).toBe(false);
    await isThere();
  });

  it('When it is flushed, then it stays there, empty', async () => {
    const { redis } = await started(server);
    await redis.use((client) => client.set('a', '1'));

    await server.call('FLUSHALL');

    expect(await redis.use((client) => client.get('a'))).toBeNull();
    expect(logged.warn).not.toHaveBeenCalled();
  });

  it('When this process was busy while Redis answered, then Redis is not blamed', async () => {
    const { redis } = await started(server);

    const answer = redis.use((client) => client.ping());
    await new Promise((resolve) => setImmediate(resolve));
    for (const until = performance.now() + 300; performance.now() < until;);

    expect(await answer).toBe('PONG');
  });

  it('When a message is said, then subscribers hear it, after every gap too, of which they are told', async () => {
    const { redis, start, isThere, isAway } = await given(server.url);
    const heard: string[] = [];
    redis.subscribe('news', { message: (text) => heard.push(text), there: () => heard.push('there') });
    await start();
    await isThere();

    await redis.use((client) => client.publish('news', 'one'));
    await eventually(() => heard).toEqual(['there', 'one']);
    await server.stop();
    await isAway();
    await server.start();
    await isThere();
    await redis.use((client) => client.publish('news', 'two'));

    await eventually(() => heard).toEqual(['there', 'one', 'there', 'two']);
  });

  it.each(['there', 'stopped', 'frozen'])('When the service ends while it is %s, then it ends at once', async (how) => {
    const { redis, lifecycle } = await started(server);
    if (how === 'stopped') await server.stop();
    if (how === 'frozen') server.freeze();
    const waiting = timed([ping(redis)]);

    const { ms } = await timed([() => lifecycle.drain()]);
    await waiting;

    expect(ms).toBeLessThan(1_000);
  });
});

import { randomUUID } from 'node:crypto';

import { Redis } from '@towpath/redis';
import { describeWithRedis, eventually, type ThrowAwayRedis } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const limit = 40;

let lastAddress = 0;
const newAddress = () => `192.0.2.${(lastAddress += 1)}`;

interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly left: string | null;
}

async function ask(url: string, address: string): Promise<Answered> {
  const begun = performance.now();
  const response = await fetch(`${url}/v1/products`, { headers: { 'x-forwarded-for': address } });
  await response.text();
  return { status: response.status, ms: performance.now() - begun, left: response.headers.get('ratelimit') };
}

/** Asks one after the other until it is stopped. */
function askOn(next: () => { url: string; address: string }) {
  const answers: Answered[] = [];
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const { url, address } = next();
      answers.push(await ask(url, address));
    }
  })();
  const stop = async () => {
    stopped = true;
    await loop;
    return answers;
  };
  return { answers, stop };
}

const granted = (answers: readonly Answered[]) => answers.filter(({ status }) => status === 200).length;

/** What may happen to a Redis, one after the other; `serve` lets requests go on until so many more have been answered. */
async function mishaps(redis: ThrowAwayRedis, serve: () => Promise<void>): Promise<void> {
  for (const [harm, mend] of [
    [() => redis.stop(), () => redis.start()],
    [async () => redis.freeze(), async () => redis.thaw()],
    [() => redis.call('FLUSHALL'), async () => undefined],
    [() => redis.call('REPLICAOF', '127.0.0.1', '1'), () => redis.call('REPLICAOF', 'NO', 'ONE')],
  ]) {
    await serve();
    await harm?.();
    await serve();
    await mend?.();
  }
  await serve();
}

// How busy the machine is that tests run on says nothing of these.
const patience = { MAX_EVENT_LOOP_DELAY_MS: '60000', UPSTREAM_TIMEOUT_MS: '30000', REQUEST_TIMEOUT_MS: '30000' };

function givenTwo(redis: ThrowAwayRedis, settings: Record<string, string> = {}) {
  const environment = () => ({
    ...patience,
    REDIS_URL: redis.url,
    TRUSTED_PROXY_HOPS: '1',
    IP_REQUESTS_PER_MINUTE: String(limit),
    REPLICAS: '2',
    ...settings,
  });
  const one = givenGateway(environment);
  const two = givenGateway(environment, () => [one.gateway.url, one.service.url]);
  const gateways = [one.gateway, two.gateway];
  const inTurn = (turn: number) => gateways[turn % 2]?.url ?? '';
  const areWith = (isThere: boolean) =>
    eventually(() => gateways.map((gateway) => gateway.get(Redis).isThere)).toEqual([isThere, isThere]);
  return { one, inTurn, areWith };
}

describeWithRedis('limits of two gateways', (redis) => {
  const { one, inTurn, areWith } = givenTwo(redis, { REDIS_TIMEOUT_MS: '5000' });

  it('When both are asked, then they count together', async () => {
    const address = newAddress();
    await areWith(true);

    const answers: Answered[] = [];
    for (let turn = 0; turn < limit + 10; turn += 1) answers.push(await ask(inTurn(turn), address));

    expect(answers.map(({ status }) => status)).toEqual([...Array(limit).fill(200), ...Array(10).fill(429)]);
    expect(answers[9]?.left).toBe(`"address";r=${limit - 10};t=60`);
  });

  it('When Redis is away, then each grants its half', async () => {
    const address = newAddress();
    await redis.stop();
    await areWith(false);

    const answers: Answered[] = [];
    for (let turn = 0; turn < limit + 10; turn += 1) answers.push(await ask(inTurn(turn), address));

    expect(answers.map(({ status }) => status)).toEqual([...Array(limit).fill(200), ...Array(10).fill(429)]);
  });

  it('When all that Redis knew is gone, then one process still grants no more than the limit', async () => {
    const address = newAddress();
    await areWith(true);

    const before = await Promise.all(Array.from({ length: limit }, () => ask(one.gateway.url, address)));
    await redis.call('FLUSHALL');
    const after = await Promise.all(Array.from({ length: limit }, () => ask(one.gateway.url, address)));

    expect([granted(before), granted(after)]).toEqual([limit, 0]);
  });
});

describeWithRedis('limits of two gateways while Redis is ill', (redis) => {
  const { inTurn, areWith } = givenTwo(redis);

  it('When Redis stops, freezes, forgets and refuses under load, then nobody gets a wrong answer or waits, and limits hold', async () => {
    await areWith(true);
    const abuser = newAddress();
    let turn = 0;
    const abuse = askOn(() => ({ url: inTurn((turn += 1)), address: abuser }));
    const others = askOn(() => ({
      url: inTurn((turn += 1)),
      address: `2001:db8:${randomUUID().slice(9, 18).replace('-', ':')}::1`,
    }));
    const serve = async () => {
      const until = others.answers.length + 50;
      await eventually(() => others.answers.length).toBeGreaterThan(until);
    };

    await mishaps(redis, serve);
    const [abused, served] = await Promise.all([abuse.stop(), others.stop()]);

    expect(new Set(abused.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
    // Neither process ever grants more than the limit, and together they did so for at least one of them.
    expect(granted(abused)).toBeGreaterThanOrEqual(limit);
    expect(granted(abused)).toBeLessThanOrEqual(2 * limit);
    // A frozen Redis costs one command's time, once; the rest of what is slow is this machine.
    const slow = served.filter(({ ms }) => ms > 100);
    expect(slow.length).toBeLessThanOrEqual(0.1 * served.length);
  });
});

describe('a gateway whose Redis was never there', () => {
  const { gateway } = givenGateway({ REDIS_URL: 'redis://127.0.0.1:1', IP_REQUESTS_PER_MINUTE: '3' });

  it('When it starts, then it is ready, and answers, and limits hold', async () => {
    const answers: Answered[] = [];
    for (let turn = 0; turn < 5; turn += 1) answers.push(await ask(gateway.url, ''));

    expect((await fetch(`${gateway.managementUrl}/ready`)).status).toBe(200);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  });
});

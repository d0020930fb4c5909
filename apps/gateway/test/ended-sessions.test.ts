import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { problemSchema } from '@towpath/api';
import { Redis } from '@towpath/redis';
import { describeWithRedis, eventually, type ServiceUnderTest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';
import type { StandIn } from './stand-in.ts';

const often = { REVOKED_SESSIONS_EVERY_MS: '100' };
const channel = 'towpath:revoked-sessions';
const inAMinute = () => new Date(Date.now() + 60_000).toISOString();

async function session(gateway: ServiceUnderTest, service: StandIn) {
  const id = randomUUID();
  const authorization = `Bearer ${await service.token('customer', { sessionId: id })}`;
  const ask = () => fetch(`${gateway.url}/v1/me`, { headers: { authorization } });
  return { id, ask, status: async () => (await ask()).status };
}

async function metric(gateway: ServiceUnderTest, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]?.replace('Inf', 'Infinity'));
}

describe('sessions that have ended', () => {
  const { gateway, service } = givenGateway(often);

  it('When a session ends, then its tokens are refused as any bad token is, and those of others are not', async () => {
    const [ended, other] = await Promise.all([session(gateway, service), session(gateway, service)]);
    expect(await ended.status()).toBe(200);

    service.ended = [{ id: ended.id, until: inAMinute() }];

    await eventually(ended.status).toBe(401);
    const refused = await ended.ask();
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(problemSchema.parse(await refused.json())).toMatchObject({ detail: 'A valid access token is needed.' });
    expect(await other.status()).toBe(200);
  });

  it('When a later list does not name it, then it stays refused; when its tokens cannot live any more, it is forgotten', async () => {
    const [ended, over] = await Promise.all([session(gateway, service), session(gateway, service)]);
    service.ended = [
      { id: ended.id, until: inAMinute() },
      { id: over.id, until: new Date(Date.now() + 1_000).toISOString() },
    ];
    await eventually(over.status).toBe(401);
    const known = await metric(gateway, 'revoked_sessions');

    service.ended = [];

    await eventually(over.status).toBe(200);
    expect(await ended.status()).toBe(401);
    await eventually(() => metric(gateway, 'revoked_sessions')).toBe(known - 1);
  });
});

const bad: Record<string, (response: ServerResponse) => unknown> = {
  'answers with an error': (response) => response.writeHead(503).end(),
  'hangs up': (response) => response.destroy(),
  'answers nonsense': (response) => response.end('<html>'),
  'answers something else': (response) => response.end('{"keys":[]}'),
  'lists what is no session': (response) => response.end('{"sessions":[{"id":"x","until":"never"}]}'),
  'lists too much': (response) => response.end(JSON.stringify({ sessions: Array(100_001).fill({}) })),
  'does not end': (response) => response.write('{"sessions":['),
  'sends without end': (response) => {
    const more = setInterval(() => response.write(' '.repeat(1_000_000)), 1);
    response.on('close', () => clearInterval(more));
  },
};

describe('a user service that is not well', () => {
  const { gateway, service } = givenGateway({ ...often, REVOKED_SESSIONS_USABLE_MS: '1000' });

  it.each(Object.entries(bad))(
    'When it %s, then the last list serves for a while, and then nobody is let in',
    async (_, ill) => {
      const somebody = await session(gateway, service);
      await eventually(somebody.status).toBe(200);

      service.answerEnded = (_seen, response) => ill(response);
      await eventually(() => metric(gateway, 'revoked_sessions_age_seconds')).toBeGreaterThan(0.4);
      const soon = await somebody.status();
      await eventually(somebody.status).toBe(503);
      const refused = await somebody.ask();
      const open = await fetch(`${gateway.url}/v1/products`);
      const ready = await fetch(`${gateway.managementUrl}/ready`);
      service.answerEnded = undefined;

      expect(soon).toBe(200);
      expect(problemSchema.parse(await refused.json()).type).toBe('/problems/overloaded');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect([open.status, ready.status]).toEqual([200, 200]);
      await eventually(somebody.status).toBe(200);
    },
  );
});

describe('a gateway that was never told', () => {
  const neverTold = () => {
    service.answerEnded = (_, response) => response.writeHead(503).end();
  };
  const { gateway, service } = givenGateway(() => {
    neverTold();
    return often;
  });
  beforeEach(neverTold);

  it('When there was no list yet, then nobody is let in, and what is open to all is answered', async () => {
    const authorization = `Bearer ${await service.token()}`;

    const mine = await fetch(`${gateway.url}/v1/orders`, { headers: { authorization } });
    const open = await fetch(`${gateway.url}/v1/products`);

    expect([mine.status, open.status]).toEqual([503, 200]);
    expect(service.seen.map(({ url }) => url)).toEqual(['/v1/products']);
    expect(await metric(gateway, 'revoked_sessions_age_seconds')).toBe(Infinity);
  });
});

describe('a user service that is ready a little later', () => {
  const { gateway, service } = givenGateway(() => {
    let asked = 0;
    service.answerEnded = (_, response) => {
      asked += 1;
      if (asked < 8) response.writeHead(503).end();
      else response.end('{"sessions":[]}');
    };
    return { REVOKED_SESSIONS_FIRST_WITHIN_MS: '10000' };
  });

  /** Before each test the user service is well again. */
  let first: number;
  beforeAll(async () => {
    first = await (await session(gateway, service)).status();
  });

  it('When all start together, then whoever comes first is let in', () => {
    expect(first).toBe(200);
  });
});

describeWithRedis('ended sessions, told by Redis', (redis) => {
  const { gateway, service } = givenGateway(() => ({ REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '5000' }));
  const isThere = () => eventually(() => gateway.get(Redis).isThere).toBe(true);
  const say = (message: unknown) => redis.call('PUBLISH', channel, JSON.stringify(message));

  it('When Redis tells of one, then it is refused at once, long before the list is asked for again', async () => {
    await isThere();
    const ended = await session(gateway, service);
    expect(await ended.status()).toBe(200);

    const begun = performance.now();
    await say({ id: ended.id, until: inAMinute() });
    await eventually(ended.status).toBe(401);

    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('When Redis was away as it was told, then the list is asked for once Redis is back', async () => {
    await isThere();
    const ended = await session(gateway, service);
    await redis.stop();
    service.ended = [{ id: ended.id, until: inAMinute() }];

    await redis.start();
    await isThere();

    const begun = performance.now();
    await eventually(ended.status).toBe(401);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('When Redis forgets everything, then what was refused stays refused', async () => {
    await isThere();
    const ended = await session(gateway, service);
    await say({ id: ended.id, until: inAMinute() });
    await eventually(ended.status).toBe(401);

    await redis.call('FLUSHALL');

    expect(await ended.status()).toBe(401);
  });

  it.each(['', 'null', '{}', '[]', '{"id":1,"until":2}', '{"id":"x","until":"y"}'])(
    'When Redis says %j, then nothing comes of it',
    async (text) => {
      await isThere();
      const somebody = await session(gateway, service);

      await redis.call('PUBLISH', channel, text);
      await say({ id: randomUUID(), until: inAMinute() });

      expect(await somebody.status()).toBe(200);
    },
  );
});

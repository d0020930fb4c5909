import { setTimeout as wait } from 'node:timers/promises';

import { problemSchema, routes } from '@towpath/api';
import { goodRequest as requestFor, goodRequests } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const uuid = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';

const { gateway, service } = givenGateway({ UPSTREAM_TIMEOUT_MS: '300' });

const send = async (
  name: keyof typeof routes,
  change: { headers?: Record<string, string>; query?: string; method?: string } = {},
) => {
  const { method, path, headers, body } = requestFor(routes[name]);
  const authorization = `Bearer ${await service.token('admin')}`;
  return fetch(gateway.url + path + (change.query ?? ''), {
    method: change.method ?? method,
    headers: { ...headers, authorization, ...change.headers },
    body,
  });
};

describe('what goes in', () => {
  it.each(goodRequests().map(({ route }) => [route.name as keyof typeof routes, route] as const))(
    'When %s is asked for, then its service is asked the same',
    async (name, route) => {
      const { method, path, headers, body = '' } = requestFor(route);
      const query = route.query ? `${path.includes('?') ? '&' : '?'}limit=5` : '';

      expect((await send(name, { query })).status).toBe(200);

      expect(service.seen).toEqual([
        {
          method,
          url: path + query,
          body,
          headers: expect.objectContaining({ ...headers, 'x-request-timeout-ms': expect.stringMatching(/^\d+$/) }),
        },
      ]);
      expect(Boolean(service.seen[0]?.headers.authorization)).toBe(['user', 'admin'].includes(route.access));
    },
  );

  it('When a client speaks of itself as a proxy would, then the service hears nothing of it', async () => {
    const lies = {
      'x-user-id': uuid,
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-original-url': '/v1/orders',
      'x-http-method-override': 'DELETE',
      forwarded: 'for=10.0.0.1',
      cookie: 'a=b',
      accept: 'text/html',
      te: 'trailers',
    };

    expect((await send('listOrders', { headers: lies })).status).toBe(200);

    const { headers } = service.seen[0] ?? { headers: {} };
    expect(Object.keys(headers).sort()).toEqual([
      'authorization',
      'connection',
      'host',
      'traceparent',
      'x-request-timeout-ms',
    ]);
  });

  it('When a client has a trace, then the service is in it and the answer names it', async () => {
    const traceId = 'a'.repeat(32);

    const response = await send('listOrders', { headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` } });

    expect(service.seen[0]?.headers.traceparent).toContain(traceId);
    expect(response.headers.get('traceparent')).toContain(traceId);
  });

  it('When a client waits for less than the gateway would, then the service is told', async () => {
    await send('listOrders', { headers: { 'x-request-timeout-ms': '100' } });

    expect(Number(service.seen[0]?.headers['x-request-timeout-ms'])).toBeLessThanOrEqual(100);
  });

  it('When there is no token, or one that does not hold, then no service is asked, and the answers are alike', async () => {
    const [head, payload] = (await service.token()).split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const tokens = [
      '',
      'Bearer',
      'Bearer x',
      `Bearer ${head}.${payload}.AAAA`,
      `Bearer ${none}.${payload}.`,
      `Basic ${uuid}`,
    ];

    const answers = await Promise.all(
      tokens.map(async (authorization) => {
        const response = await send('readMe', { headers: { authorization } });
        const { traceId, ...problem } = problemSchema.parse(await response.json());
        return {
          status: response.status,
          challenge: response.headers.get('www-authenticate'),
          problem,
          known: traceId.length,
        };
      }),
    );

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      problem: { type: '/problems/unauthenticated' },
    });
    expect(service.seen).toEqual([]);
  });

  it('When a customer asks for what is for admins, then no service is asked', async () => {
    const response = await send('createProduct', {
      headers: { authorization: `Bearer ${await service.token('customer')}` },
    });

    expect(problemSchema.parse(await response.json())).toMatchObject({ status: 403, type: '/problems/forbidden' });
    expect(service.seen).toEqual([]);
  });
});

describe('what comes back', () => {
  it('When a service answers, then its status, its body and what it says to the client come back, and nothing else', async () => {
    const body = '{"id":"…","spaces":   "kept"}';
    service.answer = (_, response) =>
      response
        .writeHead(201, {
          'content-type': 'application/json',
          location: '/v1/orders/1',
          'idempotency-replayed': 'true',
          etag: '"1"',
          server: 'x',
          'x-powered-by': 'y',
          'set-cookie': 'a=b',
        })
        .end(body);

    const response = await send('placeOrder');

    expect([response.status, await response.text()]).toEqual([201, body]);
    expect([...response.headers.keys()].sort()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-security-policy',
      'content-type',
      'cross-origin-resource-policy',
      'date',
      'etag',
      'idempotency-replayed',
      'keep-alive',
      'location',
      'ratelimit',
      'ratelimit-policy',
      'referrer-policy',
      'strict-transport-security',
      'traceparent',
      'x-content-type-options',
      'x-frame-options',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('When only the head of an answer is asked for, then it is that of the whole answer', async () => {
    service.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}');

    const response = await send('listProducts', { method: 'HEAD' });

    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '12', '']);
  });

  it('When anyone may read something, then its service decides how long it is kept', async () => {
    service.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=5' }).end('{}');

    expect((await send('listProducts')).headers.get('cache-control')).toBe('max-age=5');
    expect((await send('listOrders')).headers.get('cache-control')).toBe('no-store');
    expect((await send('logIn')).headers.get('cache-control')).toBe('no-store');
  });

  it('When a service answers with a problem, then it comes back as it is', async () => {
    const problem = {
      type: '/problems/key-reused',
      title: 't',
      status: 422,
      detail: 'd',
      instance: '/v1/orders',
      traceId: 'x',
    };
    service.answer = (_, response) =>
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));

    const response = await send('placeOrder');

    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      422,
      'application/problem+json',
      problem,
    ]);
  });

  it('When a service fails and not with a problem, then it counts as away', async () => {
    service.answer = (_, response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>stack</h1>');

    const response = await send('placeOrder');

    expect(problemSchema.parse(await response.json())).toMatchObject({
      status: 503,
      type: '/problems/overloaded',
      instance: '/v1/orders',
    });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('When a service does not answer in time, then it is 504, and a write is not sent again', async () => {
    service.answer = () => wait(1);

    const response = await send('placeOrder');

    expect(problemSchema.parse(await response.json())).toMatchObject({
      status: 504,
      type: '/problems/upstream-timeout',
    });
    expect(service.seen).toHaveLength(1);
  });

  it('When an answer comes byte by byte, then it is 504 all the same', async () => {
    service.answer = async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let i = 0; i < 10 && !response.destroyed; i++) {
        response.write(' ');
        await wait(100);
      }
      response.end();
    };

    expect((await send('listOrders')).status).toBe(504);
  });

  it('When the connection breaks in the middle of an answer, then none of it comes back', async () => {
    service.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"half":', () => response.destroy());
    };

    const response = await send('placeOrder');

    expect(problemSchema.parse(await response.json())).toMatchObject({ status: 503, type: '/problems/overloaded' });
    expect(service.seen).toHaveLength(1);
  });

  it('When the connection breaks before an answer, then a read is asked for once more', async () => {
    service.answer = (_, response) => {
      if (service.seen.length === 1) response.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };

    expect((await send('listOrders')).status).toBe(200);
    expect(service.seen).toHaveLength(2);
  });
});

import { problemSchema } from '@towpath/api';
import { rawRequest } from '@towpath/testing';

import { givenSample } from './sample.service.ts';

const shop = 'https://shop.example';

/** Beside the few that browsers let pages read anyway. */
const readable =
  'etag, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, traceparent, www-authenticate';

const corsHeaders = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('pages of other origins', () => {
  const sample = givenSample({ CORS_ORIGINS: `${shop}, http://localhost:5173` });
  const call = (path: string, init?: RequestInit) => fetch(sample.url + path, init);
  const preflight = (origin: string, path = '/things') =>
    call(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

  it('When a page that may call asks beforehand, then it is told what it may send, and credentials are no part of it', async () => {
    const response = await preflight(shop);

    expect([response.status, corsHeaders(response)]).toEqual([
      204,
      {
        'access-control-allow-origin': shop,
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': expect.stringContaining('idempotency-key'),
        'access-control-expose-headers': readable,
        'access-control-max-age': '600',
        vary: 'origin',
      },
    ]);
  });

  it.each(['/slow', '/nothing', '/away', '/me'])(
    'When a page that may call asks for %s, then it may read the answer, even a refusal',
    async (path) => {
      const response = await call(path, { headers: { origin: shop } });

      expect(corsHeaders(response)).toEqual({
        'access-control-allow-origin': shop,
        'access-control-expose-headers': readable,
        vary: 'origin',
      });
    },
  );

  it.each([
    'https://evil.example',
    'https://shop.example.evil.example',
    'https://evilshop.example',
    'http://shop.example',
    'https://shop.example:8443',
    'HTTPS://SHOP.EXAMPLE',
    'null',
    '*',
    '',
  ])('When the origin is %j, then it is let in nowhere', async (origin) => {
    const asked = await preflight(origin);
    const called = await call('/slow', { headers: { origin } });

    expect([asked.status, corsHeaders(asked)]).toEqual([405, { vary: 'origin' }]);
    expect([called.status, corsHeaders(called)]).toEqual([200, { vary: 'origin' }]);
  });

  it('When OPTIONS is no question of a browser, then it is a method like others', async () => {
    const response = await call('/things', { method: 'OPTIONS', headers: { origin: shop } });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('pages of other origins where none may call', () => {
  const sample = givenSample();

  it('When one calls, then nothing is said of origins', async () => {
    const response = await fetch(`${sample.url}/slow`, { headers: { origin: shop } });

    expect([response.status, corsHeaders(response)]).toEqual([200, {}]);
  });
});

describe('what every answer tells browsers', () => {
  const sample = givenSample();
  const expected = {
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  };

  it.each([
    ['a success', 'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 200],
    ['an unknown address', 'GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['a fault', 'GET /broken HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 500],
    ['an address that cannot be decoded', 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['no request at all', 'nonsense\r\n\r\n', 400],
  ])('When it is %s, then it is neither kept, framed, embedded nor guessed at', async (_, bytes, status) => {
    const { body, ...answer } = await rawRequest(sample.url, bytes);

    expect(answer).toMatchObject({ status, headers: expected });
    if (status >= 400) expect(problemSchema.parse(JSON.parse(body)).status).toBe(status);
  });
});

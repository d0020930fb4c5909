import { rawRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const id = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';

/** What a client may say to be taken for somebody else, or to have its request taken for another. */
const lies = [
  'X-User-Id: 1',
  `X-User-Id: ${id}`,
  'X-Roles: admin',
  'X-Authenticated-User: admin',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-For: 10.0.0.1, 127.0.0.1',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /internal',
  'X-Forwarded-Uri: /v1/products',
  'X-Forwarded-Client-Cert: By=spiffe://cluster.local/ns/shop/sa/gateway',
  'X-Envoy-Original-Path: /internal',
  'X-Real-IP: 127.0.0.1',
  'True-Client-IP: 127.0.0.1',
  'CF-Connecting-IP: 127.0.0.1',
  'X-Client-IP: 127.0.0.1',
  'X-Cluster-Client-IP: 127.0.0.1',
  'Forwarded: for=127.0.0.1;host=evil.example;proto=https',
  'Via: 1.1 evil.example',
  'X-Original-URL: /v1/admin/orders',
  'X-Rewrite-URL: /v1/admin/orders',
  'X-Original-Method: DELETE',
  'X-HTTP-Method-Override: DELETE',
  'X-HTTP-Method: DELETE',
  'X-Method-Override: DELETE',
  'X-Host: evil.example',
  'Connection: authorization',
  'Connection: content-type, x-request-timeout-ms, traceparent',
  'Keep-Alive: timeout=600',
  'Proxy-Authorization: Basic YTpi',
  'Proxy-Authenticate: Basic',
  'Proxy-Connection: keep-alive',
  'TE: trailers',
  'Trailer: Authorization',
  'Upgrade: h2c',
  'Cookie: session=1',
  'Accept: text/html',
  'Accept-Encoding: gzip',
  'Range: bytes=0-1',
  'If-None-Match: *',
  'Max-Forwards: 0',
  'Cache-Control: only-if-cached',
  'Pragma: no-cache',
  'tracestate: a=b',
  'baggage: userId=1',
  'X_User_Id: 1',
  'Authorization_: Bearer x',
  'X-Request-Timeout-Ms: soon',
];

describe('what clients say of themselves', () => {
  const { gateway, service } = givenGateway();
  const own = /^(date|traceparent|ratelimit|keep-alive)$/;

  /** The answer, and what the service was asked, without what is different each time. */
  async function ask(request: string, more: string) {
    service.reset();
    const token = await service.token();
    const head = `${request} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${more}Connection: close\r\n\r\n`;
    const { headers, ...answer } = await rawRequest(gateway.url, head);
    const kept = Object.entries(headers).filter(([name]) => !own.test(name));
    return {
      ...answer,
      body: answer.body.replace(/"traceId":"\w+"/, ''),
      headers: Object.fromEntries(kept),
      seen: service.seen.map(({ headers: { traceparent, authorization, ...rest }, ...seen }) => ({
        ...seen,
        headers: { ...rest, 'x-request-timeout-ms': '' },
        known: [typeof traceparent, authorization === `Bearer ${token}`],
      })),
    };
  }

  it.each(lies)('When a client says "%s", then the answer and what is asked for it are as without', async (line) => {
    for (const request of ['GET /v1/orders', 'GET /v1/admin/orders', 'GET /nothing']) {
      expect(await ask(request, `${line}\r\n`)).toEqual(await ask(request, ''));
    }
  });

  it('When all of it is said at once, then a service hears none of it', async () => {
    const { seen, status } = await ask('GET /v1/orders', lies.map((line) => `${line}\r\n`).join(''));

    expect(status).toBe(200);
    expect(seen.map(({ headers }) => Object.keys(headers).sort())).toEqual([
      ['connection', 'host', 'x-request-timeout-ms'],
    ]);
  });
});

describe('what is not for the public', () => {
  const { gateway, service } = givenGateway();
  const inside = [
    '/metrics',
    '/health',
    '/ready',
    '/docs',
    '/docs/',
    '/docs/openapi.json',
    '/openapi.json',
    '/internal/revoked-sessions',
    '/internal/orders-for-reconciliation',
    '/internal',
    '/.well-known/jwks.json',
    '/.well-known/security.txt',
    '/.env',
    '/debug/pprof',
    '/v1',
    '/v1/',
    '/V1/products',
    '/v2/products',
    '//v1/products',
    '/v1//products',
    '/./v1/products',
    '/v1/products/../orders',
    '/v1/products/..%2f..%2finternal%2frevoked-sessions',
    '/v1/../internal/revoked-sessions',
    '/v1/products;a=b',
    '/v1/products%00',
    '/v1/products%20',
    '/v1%2fproducts',
    'http://evil.example/metrics',
    '*',
  ];

  it.each(inside)('When a client asks for %s, then there is nothing, and nobody is asked', async (path) => {
    const { status, body } = await rawRequest(
      gateway.url,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );

    expect([status, service.seen]).toEqual([path.includes('..%2f') ? 400 : 404, []]);
    expect(JSON.parse(body)).toMatchObject({ status });
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';

import { problemSchema } from '@towpath/api';

import { expectProblem, rawRequest } from './raw-request.ts';
import { givenSample, Keys } from './sample.service.ts';

const uuid = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';
const thing = { name: 'rope', quantity: 1 };

describe('a route', () => {
  const sample = givenSample();
  const call = (path: string, init?: RequestInit) => fetch(sample.url + path, init);
  const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    call(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('When a handler answers with its body alone, then the lowest status of the route is taken and nobody may keep it', async () => {
    const response = await post('/things', JSON.stringify({ ...thing, name: 'again' }));

    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { ...thing, name: 'again' },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  it('When a handler says status and headers, then the answer has them', async () => {
    const response = await post('/things', JSON.stringify(thing));

    expect([response.status, response.headers.get('location'), await response.json()]).toEqual([
      201,
      '/things/1',
      thing,
    ]);
  });

  it('When a handler reads its input, then it has what was sent and validated', async () => {
    const response = await call(`/things/${uuid}?limit=5`);

    expect(await response.json()).toEqual({ params: { id: uuid }, query: { limit: '5' }, headers: {} });
    expect(response.headers.get('cache-control')).toBe('max-age=60');
  });

  it('When only the head is asked for, then it comes without a body', async () => {
    const response = await call('/slow', { method: 'HEAD' });

    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    [
      'a field that is not known',
      { ...thing, price: 1 },
      'unknown-field',
      [{ pointer: '/price', detail: 'is not known' }],
    ],
    [
      'a value of the wrong type',
      { ...thing, quantity: '1' },
      'invalid-request',
      [{ pointer: '/quantity', detail: 'Invalid input: expected number, received string' }],
    ],
    [
      'a value out of range',
      { ...thing, quantity: 0 },
      'invalid-request',
      [{ pointer: '/quantity', detail: 'Too small: expected number to be >=1' }],
    ],
    [
      'a key with slashes of 300 characters',
      { ...thing, ['~/'.repeat(150)]: 1 },
      'unknown-field',
      [{ pointer: `/${'~0~1'.repeat(50)}`.slice(0, 200), detail: 'is not known' }],
    ],
  ])('When the body has %s, then the problem points at it', async (_, body, code, errors) => {
    const response = await post('/things', JSON.stringify(body));

    expect(problemSchema.parse(await response.json())).toMatchObject({
      type: `/problems/${code}`,
      status: 400,
      instance: '/things',
      errors,
    });
  });

  it.each([
    ['an unknown query parameter', `/things/${uuid}?x=1`, '/query/x'],
    ['a query parameter twice', `/things/${uuid}?limit=1&limit=2`, '/query/limit'],
    ['an array in the query', `/things/${uuid}?limit[]=1`, '/query/limit[]'],
    ['a prototype in the query', `/things/${uuid}?__proto__=1`, '/query/__proto__'],
    ['a query where there is none', '/slow?x=1', '/query/x'],
    ['an id that is none', '/things/..%2f..%2fetc', '/path/id'],
    ['NUL in an id', '/things/%00', '/path/id'],
    ['an id of 7 KiB', `/things/${'a'.repeat(7000)}`, '/path/id'],
  ])('When the address has %s, then it is refused', async (_, path, pointer) => {
    const response = await call(path);

    expect(problemSchema.parse(await response.json())).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it.each([
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['a byte order mark', '\ufeff{}', 400],
    ['bytes that are not UTF-8', Buffer.from('{"name":"\xff","quantity":1}', 'latin1'), 400],
    ['null', 'null', 400],
    ['an array', '[]', 400],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400],
    ['a prototype', '{"__proto__":{"a":1},"name":"x","quantity":1}', 400],
    ['64 KiB and a byte', `"${'a'.repeat(64 * 1024 - 1)}"`, 413],
    ['10 MB', `"${'a'.repeat(10_000_000)}"`, 413],
  ])('When the body is %s, then it is refused', async (_, body, status) => {
    const response = await post('/things', body);

    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status,
      type: 'application/problem+json',
    });
    expect(problemSchema.parse(await response.json()).status).toBe(status);
  });

  it('When a route has a smaller limit, then it holds', async () => {
    expect((await post('/login', JSON.stringify(thing).padEnd(1024))).status).toBe(200);
    expect((await post('/login', JSON.stringify(thing).padEnd(1025))).status).toBe(413);
  });

  it.each([
    ['text/plain', {}],
    ['application/json; charset=utf-16', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('When the body is said to be %s %p, then it is 415', async (type, headers) => {
    const response = await post('/things', JSON.stringify(thing), { 'content-type': type, ...headers });

    expect(problemSchema.parse(await response.json())).toMatchObject({
      status: 415,
      type: '/problems/unsupported-media-type',
    });
  });

  it('When the charset is UTF-8, then it may be said', async () => {
    expect(
      (await post('/things', JSON.stringify(thing), { 'content-type': 'Application/JSON; charset="UTF-8"' })).status,
    ).toBe(201);
  });

  it.each(['/', '/nothing', '/things/', '/metrics', '/ready'])(
    'When nothing is at %s, then it is 404, whatever the body',
    async (path) => {
      const response = await post(path, '{');

      expect(problemSchema.parse(await response.json())).toMatchObject({
        status: 404,
        type: '/problems/not-found',
        instance: path,
      });
    },
  );

  it.each([
    ['PATCH', '/things', 'POST'],
    ['DELETE', `/things/${uuid}`, 'GET, HEAD'],
    ['OPTIONS', '/slow', 'GET, HEAD'],
  ])('When the method %s is not one of %s, then it is 405 and says which are', async (method, path, allow) => {
    const response = await call(path, { method });

    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  it('When a handler breaks, then the answer says nothing of how', async () => {
    const text = await (await call('/broken')).text();

    expect(problemSchema.parse(JSON.parse(text))).toMatchObject({ status: 500, type: '/problems/internal' });
    expect(text).not.toContain('secret');
  });

  it('When something that it needs is away, then it is 503 and says when to come back', async () => {
    const response = await call('/away');

    expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
  });

  it('When the caller no longer waits, then nothing is begun', async () => {
    const response = await call('/broken', { headers: { 'x-request-timeout-ms': '0' } });

    expect(problemSchema.parse(await response.json())).toMatchObject({
      status: 504,
      type: '/problems/upstream-timeout',
    });
  });

  it('When a route is for users, then a valid token is needed and its owner known', async () => {
    const token = await sample.get(Keys).token(['customer']);
    const anonymous = await call('/me');
    const user = await call('/me', { headers: { authorization: `Bearer ${token}` } });

    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    expect(await user.json()).toMatchObject({ id: uuid, roles: ['customer'] });
  });

  it('When a route is for admins, then the role is needed', async () => {
    const as = async (role: string) => ({
      headers: { authorization: `Bearer ${await sample.get(Keys).token([role])}` },
    });

    expect((await call('/admin', await as('customer'))).status).toBe(403);
    expect((await call('/admin', await as('admin'))).status).toBe(200);
  });

  it('When nobody is logged in, then it is 401 before the request is looked at', async () => {
    expect((await call('/admin?unknown=1')).status).toBe(401);
  });
});

describe('bytes that are no request', () => {
  const sample = givenSample({ HEADERS_TIMEOUT_MS: '300', REQUEST_TIMEOUT_MS: '600' });
  const long = (bytes: number) => 'a'.repeat(bytes);

  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'invalid-request'],
    [
      'length and chunks',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid-request',
    ],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
      400,
      'invalid-request',
    ],
    ['a bare LF in a header', 'GET /slow HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n\r\n', 400, 'invalid-request'],
    ['no host', 'GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid-request'],
    [
      'an address that cannot be decoded',
      'GET /things/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
      'invalid-request',
    ],
    [
      'a URL of 9 KiB',
      `GET /things/${long(9 * 1024)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      414,
      'uri-too-long',
    ],
    [
      'a URL of 9 KiB that cannot be decoded',
      `GET /%zz${long(9 * 1024)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      414,
      'uri-too-long',
    ],
    ['a URL of 40 KiB', `GET /${long(40 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'uri-too-long'],
    [
      'headers of 17 KiB',
      `GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${long(17 * 1024)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['headers of 1 MB', `GET /slow HTTP/1.1\r\nHost: a\r\nX: ${long(1024 * 1024)}\r\n\r\n`, 431, 'headers-too-large'],
    ['headers that do not end', 'GET /slow HTTP/1.1\r\nHost: a\r\n', 408, 'request-timeout'],
    [
      'a body that does not end',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{',
      408,
      'request-timeout',
    ],
    ['TRACE', 'TRACE /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405, 'method-not-allowed'],
    ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'method-not-allowed'],
  ])('When %s arrives, then the answer is a problem all the same', async (_, bytes, status, code) => {
    expectProblem(await rawRequest(sample.url, bytes), { status, code });
  });

  it.each([
    [
      'an expectation that nobody has',
      'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: miracles\r\n\r\n',
    ],
    [
      'an upgrade that is not offered',
      'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['no host in HTTP/1.0', 'GET /slow HTTP/1.0\r\n\r\n'],
    ['an absolute address', 'GET http://a/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ])('When a request has %s, then it is answered as if it had not', async (_, bytes) => {
    expect((await rawRequest(sample.url, bytes)).status).toBe(200);
  });

  it('When nonsense follows a request that is being answered, then no second answer is written into the first', async () => {
    const { hostname, port } = new URL(sample.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (!text.includes('ended')) socket.write('nonsense\r\n\r\n');
    });
    await once(socket, 'close');

    expect(text).toContain('begun');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { exampleOf, problems, refundOrder, type Route, routes, userSchema } from '@towpath/api';
import { Unavailable } from '@towpath/errors';
import { startTracing, tracedPool, withDeadline } from '@towpath/tracing';

import { type ApiOperation, type ApiSchema, createClient, pooledFetch } from './index.ts';

const id = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';

describe('the types of the API', () => {
  it('When the document changes, then they are written again with `node libs/client/write-types.ts`', () => {
    const made = execFileSync(process.execPath, [resolve(__dirname, 'write-types.ts'), '--print'], {
      encoding: 'utf8',
    });

    expect(readFileSync(resolve(__dirname, 'api.generated.ts'), 'utf8')).toBe(made);
  });

  it('When a route is declared, then the client has its operation', () => {
    const known: Record<ApiOperation, Route> = routes;

    expect(Object.keys(known)).toHaveLength(Object.keys(routes).length);
  });
});

describe.each(['of node', 'of a service'])('a client with the fetch %s', (kind) => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  const asked: unknown[] = [];
  const fetches: Record<string, () => ReturnType<typeof pooledFetch> | undefined> = {
    'of node': () => undefined,
    'of a service': () => pooledFetch(tracedPool(url()), 200),
  };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = (token?: string) => createClient(url(), { token, fetch: fetches[kind]!() });

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url: path, headers } = request;
        const { authorization, 'idempotency-key': key, 'content-type': type } = headers;
        asked.push({ method, path, authorization, key, type, body });
        answer(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  beforeEach(() => asked.splice(0));

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  it('When it asks with everything that an operation takes, then it goes over the wire as documented', async () => {
    answer = (response) => response.writeHead(202, json).end(JSON.stringify(exampleOf(refundOrder.answers[202])));

    const { data, error, response } = await client('a-token').POST('/v1/orders/{id}/refund', {
      params: { path: { id }, header: { 'Idempotency-Key': 'k'.repeat(16) } },
      body: { amountMinor: 500 },
    });

    expect(asked).toEqual([
      {
        method: 'POST',
        path: `/v1/orders/${id}/refund`,
        authorization: 'Bearer a-token',
        key: 'k'.repeat(16),
        type: 'application/json',
        body: '{"amountMinor":500}',
      },
    ]);
    expect({ data, error, status: response.status }).toEqual({
      data: exampleOf(refundOrder.answers[202]),
      error: undefined,
      status: 202,
    });
  });

  it('When it asks with a query, then an answer is of its type', async () => {
    answer = (response) => response.writeHead(200, json).end(JSON.stringify({ items: [], nextCursor: null }));

    const { data } = await client().GET('/v1/products', { params: { query: { q: 'ten metres', limit: 5 } } });
    const items: ApiSchema<'Product'>[] | undefined = data?.items;

    expect([items, asked]).toEqual([[], [expect.objectContaining({ path: '/v1/products?q=ten%20metres&limit=5' })]]);
  });

  it('When the answer is a problem, then it is the error', async () => {
    const problem = { type: '/problems/not-found', title: problems['not-found'].title, status: 404 };
    answer = (response) =>
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));

    const { data, error } = await client().GET('/v1/orders/{id}', { params: { path: { id } } });

    expect({ data, error }).toEqual({ data: undefined, error: problem });
  });

  it('When the answer has no body, then there is no data and no error', async () => {
    answer = (response) => response.writeHead(204).end();

    const { data, error, response } = await client().DELETE('/v1/sessions/current');

    expect({ data, error, status: response.status }).toEqual({ data: undefined, error: undefined, status: 204 });
  });
});

describe('the fetch of a service', () => {
  let server: Server;
  const headers: unknown[] = [];
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    await startTracing({ service: 'user' });
    server = createServer((request, response) => {
      headers.push(request.headers['x-request-timeout-ms']);
      if (request.url === '/v1/me') response.writeHead(200, json).end(JSON.stringify(exampleOf(userSchema)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  it('When somebody waits for it, then it tells for how long at most', async () => {
    const client = createClient(url(), { fetch: pooledFetch(tracedPool(url()), 200) });

    await client.GET('/v1/me');
    await withDeadline(50, () => client.GET('/v1/me'));

    const [own, callers] = headers.map(Number);
    expect(own).toBeGreaterThan(100);
    expect(own).toBeLessThanOrEqual(200);
    expect(callers).toBeLessThanOrEqual(50);
  });

  it('When there is no answer in time, then it is unavailable', async () => {
    const client = createClient(url(), { fetch: pooledFetch(tracedPool(url()), 50) });

    await expect(client.GET('/v1/orders')).rejects.toThrow(Unavailable);
  });

  it('When nobody listens, then it is unavailable', async () => {
    const client = createClient('http://127.0.0.1:1', { fetch: pooledFetch(tracedPool('http://127.0.0.1:1')) });

    await expect(client.GET('/v1/orders')).rejects.toThrow(Unavailable);
  });
});

const json = { 'content-type': 'application/json' };

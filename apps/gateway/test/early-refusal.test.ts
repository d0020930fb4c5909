import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';

import { problemSchema } from '@towpath/api';
import { Lifecycle } from '@towpath/health';
import { eventually, rawRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const shop = 'https://shop.example';

/** What differs between two answers to one request. */
const varying = ['date', 'traceparent', 'retry-after'];

describe('requests that there is no room for', () => {
  const { gateway, service } = givenGateway({ MAX_IN_FLIGHT: '1', CORS_ORIGINS: shop });
  const waiting: ServerResponse[] = [];

  beforeEach(async () => {
    service.answer = (_, response) => waiting.push(response);
    void fetch(`${gateway.url}/v1/products`).catch(() => undefined);
    await eventually(() => waiting.length).toBe(1);
  });

  afterEach(async () => {
    service.reset();
    waiting.splice(0).forEach((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    await eventually(async () => (await fetch(`${gateway.url}/v1/products`)).status).toBe(200);
  });

  async function ask(lines = '', line = 'GET /v1/products?q=a') {
    const bytes = `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`;
    const { status, headers, body } = await rawRequest(gateway.url, bytes);
    return { status, headers, body };
  }
  const early = async () => {
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    return Number(/^early_refusals_total\{service="catalog"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  };
  const told = ({ status, headers, body }: Awaited<ReturnType<typeof ask>>) => ({
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !varying.includes(name))),
    problem: { ...problemSchema.parse(JSON.parse(body)), traceId: '' },
  });

  it('When one is refused unread, then it is told all that it would be told otherwise, but for its limits', async () => {
    const before = await early();
    const unread = await ask();
    const read = await ask('Origin: https://evil.example\r\n');

    const { ratelimit, 'ratelimit-policy': policy, vary, ...headers } = told(read).headers;
    expect(told(unread)).toEqual({ ...told(read), headers });
    expect([ratelimit, policy, vary]).toEqual([expect.any(String), expect.any(String), 'origin']);
    expect([unread, read].map((answer) => Number(answer.headers['retry-after']))).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(await early()).toBe(before + 1);
  });

  it('When one is refused unread, then the trace that it is told is the one of its answer', async () => {
    const { headers, body } = await ask();

    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(headers.traceparent?.split('-')[1]).toBe((JSON.parse(body) as { traceId: string }).traceId);
  });

  it.each([
    ['a page that may call', 'GET /v1/products', `Origin: ${shop}\r\n`, 503],
    ['a browser, beforehand', 'OPTIONS /v1/products', `Origin: ${shop}\r\nAccess-Control-Request-Method: GET\r\n`, 204],
  ])('When %s asks, then it may read the answer', async (_, line, lines, status) => {
    const before = await early();
    const answer = await ask(lines, line);

    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, shop]);
    expect(await early()).toBe(before);
  });

  it.each([
    ['what does not exist', 'GET /v1/nothing', 404],
    ['what is not of the API', 'GET /nothing', 404],
    ['what several services answer', 'GET /v1/admin/anomalies?service=catalog', 503],
    ['an address with its host', 'GET http://a/v1/products', 503],
  ])('When it is %s, then that is found out as always', async (_, line, status) => {
    const before = await early();

    expect((await ask('', line)).status).toBe(status);
    expect(await early()).toBe(before);
  });

  it('When only the head is asked for, then there is no body', async () => {
    const { status, headers, body } = await ask('', 'HEAD /v1/products');

    expect([status, Number(headers['content-length']) > 0, body]).toEqual([503, true, '']);
  });

  it('When there is a body, then it is not taken for a request', async () => {
    const hidden = 'GET /v1/products HTTP/1.1\r\nHost: a\r\n\r\n';
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let answers = '';
    socket.on('data', (bytes: Buffer) => (answers += String(bytes)));
    socket.write(`POST /v1/products HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n`);
    await eventually(() => answers).toContain('503');
    socket.write(`${hidden}GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await once(socket, 'close');

    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['503', '404']);
  });

  it('When others may read it differently, then that is what is wrong with it, and the connection ends', async () => {
    const { status, headers } = await rawRequest(
      gateway.url,
      'POST /v1/products HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );

    expect([status, headers.connection]).toEqual([400, 'close']);
  });

  it('When the process drains, then the answer is the last of its connection', async () => {
    jest.spyOn(gateway.get(Lifecycle), 'draining', 'get').mockReturnValue(true);
    const { status, headers } = await rawRequest(gateway.url, 'GET /v1/products HTTP/1.1\r\nHost: a\r\n\r\n');
    jest.restoreAllMocks();

    expect([status, headers.connection]).toEqual([503, 'close']);
  });
});

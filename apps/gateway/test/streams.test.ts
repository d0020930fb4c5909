import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

import { problemSchema } from '@towpath/api';
import { Lifecycle } from '@towpath/health';
import { eventually } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const path = '/v1/orders/0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70/events';
const streamHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

describe('a stream of events', () => {
  const { gateway, service } = givenGateway({ MAX_IN_FLIGHT: '1', MAX_STREAMS: '2', STALL_TIMEOUT_MS: '1000' });
  let open: ServerResponse[] = [];
  beforeEach(() => {
    open = [];
    service.answer = (seen, response) => {
      if (seen.url !== path) return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      open.push(response.writeHead(200, streamHeaders));
      return seen.method === 'HEAD' ? response.end() : response.write('retry: 2000\n\n');
    };
  });
  afterEach(() => open.forEach((response) => response.destroy()));

  const authorized = async () => ({ authorization: `Bearer ${await service.token()}` });
  const follow = async (init: RequestInit = {}) =>
    fetch(gateway.url + path, { ...init, headers: { ...(await authorized()), ...init.headers } });

  it('When a service sends an event, then it comes at once, and where the client was is told', async () => {
    const { body, headers } = await follow({ headers: { 'last-event-id': '7' } });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    open[0]?.write('id: 8\ndata: {}\n\n');
    const second = await reader.read();
    open[0]?.end();

    expect([first.value, second.value, await reader.read()]).toEqual([
      'retry: 2000\n\n',
      'id: 8\ndata: {}\n\n',
      { done: true, value: undefined },
    ]);
    expect(service.seen[0]?.headers['last-event-id']).toBe('7');
    expect(Object.fromEntries(headers)).toMatchObject({ ...streamHeaders, 'cache-control': 'no-store' });
  });

  it('When the service is lost, then the client is cut off and can tell', async () => {
    const response = await follow();
    open[0]?.destroy();

    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('When the client leaves, then the service is left too', async () => {
    const leaving = new AbortController();
    await follow({ signal: leaving.signal });
    leaving.abort();

    await eventually(() => open.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('When only the head is asked for, then no stream is left open', async () => {
    const response = await follow({ method: 'HEAD' });

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(service.seen[0]?.method).toBe('HEAD');
  });

  it('When nothing more will come, then it is 204 without a body', async () => {
    service.answer = (_, response) => response.writeHead(204).end();
    const response = await follow();

    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([204, null, '']);
  });

  it('When the service refuses, then its problem comes back whole', async () => {
    const problem = { type: '/problems/not-found', title: 't', status: 404, detail: 'd', instance: path, traceId: 'x' };
    service.answer = (_, response) =>
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));

    expect(await (await follow()).json()).toEqual(problem);
  });

  it('When streams are open, then they take no place from requests, and one too many is turned away', async () => {
    const following = await Promise.all([follow(), follow()]);
    const refused = await follow();
    const other = await fetch(`${gateway.url}/v1/orders`, { headers: await authorized() });

    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 503, type: '/problems/overloaded' });
    expect(other.status).toBe(200);

    await Promise.all(following.map(({ body }) => body?.cancel()));
    await eventually(async () => (await follow()).status).toBe(200);
  });

  it('When the client does not read, then the service is told to wait, and the client is cut off', async () => {
    const { hostname, port } = new URL(gateway.url);
    const { authorization } = await authorized();
    const reader: Socket = connect({ host: hostname, port: Number(port) }).pause();
    reader.on('error', () => {});
    reader.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`);
    await eventually(() => open.length).toBe(1);
    const before = process.memoryUsage().rss;

    const [response] = open;
    const event = `data: ${'x'.repeat(100_000)}\n\n`;
    let sent = 0;
    await eventually(() => {
      while (response?.writableNeedDrain === false && !response.destroyed) {
        response.write(event);
        sent += 1;
      }
      return response?.destroyed;
    }).toBe(true);

    expect(sent).toBeGreaterThan(5);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    reader.destroy();
  });
});

describe('streams of a gateway that drains', () => {
  const { gateway, service } = givenGateway();

  it('When it drains, then they end as if nothing more came, and the service is left', async () => {
    const open: ServerResponse[] = [];
    service.answer = (_, response) => {
      open.push(response.writeHead(200, streamHeaders));
      response.write('retry: 2000\n\n');
    };
    const response = await fetch(gateway.url + path, {
      headers: { authorization: `Bearer ${await service.token()}` },
    });

    const stopping = gateway.get(Lifecycle).drain();

    expect(await response.text()).toBe('retry: 2000\n\n');
    await eventually(() => open.map(({ destroyed }) => destroyed)).toEqual([true]);
    await stopping;
  });
});

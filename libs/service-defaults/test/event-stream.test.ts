import { once } from 'node:events';
import { request } from 'node:http';

import { Controller } from '@nestjs/common';
import { defineRoute, noContent } from '@towpath/api';
import { Environment } from '@towpath/config';
import { EventStream, type EventStreamOptions, Route } from '@towpath/http';
import { eventually } from '@towpath/testing';
import { z } from 'zod';

import { createService, type RunningService, Service } from '../index.ts';
import { basics } from './sample.service.ts';

const shared = { service: 'catalog', access: 'anyone', summary: '', problems: [] } as const;
const follow = defineRoute({
  ...shared,
  name: 'follow',
  method: 'GET',
  path: '/follow',
  answers: { 200: z.strictObject({ status: z.string() }), 204: noContent },
  isStream: true,
});
const forget = defineRoute({
  ...shared,
  name: 'forget',
  method: 'DELETE',
  path: '/things/1',
  answers: { 204: noContent },
});

let options: EventStreamOptions | undefined = {};
let streams: EventStream<{ status: string }>[] = [];

@Controller()
class FollowController {
  @Route(follow)
  follow() {
    if (!options) return undefined;
    const stream = new EventStream<{ status: string }>(options);
    streams.push(stream);
    return stream;
  }

  @Route(forget)
  async forget() {}
}

@Service({ name: 'followed', controllers: [FollowController] })
class FollowedService {}

describe('a stream of events', () => {
  let service: RunningService;
  beforeEach(async () => {
    options = {};
    streams = [];
    service = await createService(FollowedService, { environment: new Environment(basics) });
  });
  afterEach(() => service.close());

  async function opened(headers: Record<string, string> = {}) {
    const response = await fetch(`${service.url}/follow`, { headers });
    const [stream] = streams;
    if (!stream) throw new Error('no stream was opened');
    return { response, stream };
  }

  it('When events come up, then each is sent with its id, and the end is the end', async () => {
    const { response, stream } = await opened();
    stream.send({ id: 1, data: { status: 'PLACED' } });
    stream.send({ id: 2, data: { status: 'line\nbreak' } });
    stream.end();
    stream.send({ id: 3, data: { status: 'too late' } });

    expect(await response.text()).toBe(
      'retry: 2000\n\nid: 1\ndata: {"status":"PLACED"}\n\nid: 2\ndata: {"status":"line\\nbreak"}\n\n',
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await eventually(() => stream.closed).toBe(true);
  });

  it('When nothing happens for long, then it shows that it lives, and ends in time', async () => {
    options = { heartbeatMs: 20, lastsMs: 1_000 };
    const { response } = await opened();

    expect(await response.text()).toMatch(/^retry: 2000\n\n(:\n\n){2,}$/);
  });

  it('When the client leaves, then the stream is over', async () => {
    const leaving = new AbortController();
    await fetch(`${service.url}/follow`, { signal: leaving.signal });
    leaving.abort();

    await eventually(() => streams.map(({ closed }) => closed)).toEqual([true]);
  });

  it('When the client does not read, then it is cut off and little is kept for it', async () => {
    const asking = request(`${service.url}/follow`).end();
    asking.on('error', () => {});
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
    response.pause();
    const [stream] = streams;

    await eventually(() => {
      for (let id = 0; id < 100; id++) stream?.send({ id, data: { status: 'x'.repeat(10_000) } });
      return stream?.closed;
    }).toBe(true);

    expect(stream?.readableLength).toBeLessThan(100_000);
    asking.destroy();
  });

  it('When it ends and the client does not read the rest, then it is over all the same', async () => {
    const big = { id: 1, data: { status: 'x'.repeat(16 * 1024 * 1024) } };
    options = { lingersMs: 100, maxWaitingBytes: Infinity };
    const asking = request(`${service.url}/follow`).end();
    asking.on('error', () => {});
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
    response.pause();
    const [stream] = streams;
    // The first fills all that is on the way, so the second has to wait.
    stream?.send(big);
    stream?.send(big);

    stream?.end();

    await eventually(() => stream?.closed).toBe(true);
    asking.destroy();
  });

  it('When the process drains, then open streams end and do not hold it up', async () => {
    const { response, stream } = await opened();
    stream.send({ id: 1, data: { status: 'PLACED' } });

    const closing = service.close();

    expect(await response.text()).toContain('PLACED');
    await closing;
  });

  it('When only the head is asked for, then no stream is left open', async () => {
    const response = await fetch(`${service.url}/follow`, { method: 'HEAD' });

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await eventually(() => streams.map(({ closed }) => closed)).toEqual([true]);
  });

  it('When there is nothing more to come, then it is 204', async () => {
    options = undefined;
    const response = await fetch(`${service.url}/follow`);

    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([204, null, '']);
  });
});

describe('an answer without a body', () => {
  it('When a handler returns nothing, then there is neither body nor media type', async () => {
    const service = await createService(FollowedService, { environment: new Environment(basics) });
    const response = await fetch(`${service.url}/things/1`, { method: 'DELETE' });
    await service.close();

    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('content-length'),
      await response.text(),
    ]).toEqual([204, null, null, '']);
  });
});

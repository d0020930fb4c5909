import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Logger } from '@nestjs/common';
import fastify, { type FastifyInstance } from 'fastify';

import { currentTraceId, httpTracing, span, startTracing, tracedPool } from './index.ts';

interface Received {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Record<string, unknown>;
}

/** An OTLP receiver on loopback that keeps what it is sent; without `answers` it takes everything and never says so. */
class Receiver {
  readonly spans: Received[] = [];
  private readonly server: Server;

  private constructor(answers: boolean) {
    this.server = createServer(async (request, response) => {
      if (request.url === '/v1/traces') this.spans.push(...(await spansOf(request)));
      if (answers) response.end('{}');
    });
  }

  static async start({ answers = true } = {}): Promise<Receiver> {
    const receiver = new Receiver(answers);
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function spansOf(request: IncomingMessage): Promise<Received[]> {
  const { resourceSpans } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const valuesOf = (attributes: any[]) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    scopeSpans
      .flatMap((scope: any) => scope.spans)
      .map((each: any) => ({
        service: valuesOf(resource.attributes)['service.name'],
        ...each,
        attributes: valuesOf(each.attributes),
      })),
  );
}

describe('exporting', () => {
  let receiver: Receiver;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    receiver = await Receiver.start();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    receiver.close();
  });

  it('When one service calls another, then both spans of the one trace arrive, with their route', async () => {
    const tracing = await startTracing({ service: 'catalog', endpoint: `${receiver.endpoint}/` });
    const app = await serving((called) => called.get('/products/:id', () => ({ traceId: currentTraceId() })));
    const pool = tracedPool(app.listeningOrigin);

    const answer = await pool.request({ method: 'GET', path: '/products/7', route: '/products/{id}' });
    const { traceId } = (await answer.body.json()) as { traceId: string };
    await Promise.all([pool.close(), app.close()]);
    await tracing.shutdown();

    const client = receiver.spans.find((each) => each.name === 'GET /products/{id}');
    const server = receiver.spans.find((each) => each.name === 'GET /products/:id');
    expect(receiver.spans).toHaveLength(2);
    expect(client).toMatchObject({ service: 'catalog', traceId, attributes: { 'url.template': '/products/{id}' } });
    expect(server).toMatchObject({
      service: 'catalog',
      traceId,
      parentSpanId: client?.spanId,
      attributes: { 'http.request.method': 'GET', 'http.route': '/products/:id', 'http.response.status_code': 200 },
    });
  });

  it('When several applications of one process trace, then spans are sent until the last of them ends', async () => {
    const first = await startTracing({ service: 'catalog', endpoint: receiver.endpoint });
    const [second, silent] = await Promise.all([
      startTracing({ service: 'payment', endpoint: receiver.endpoint }),
      startTracing({ service: 'user' }),
    ]);

    await Promise.all([first.shutdown(), silent.shutdown()]);
    await span('charge', {}, () => {});
    await second.shutdown();
    await span('too late', {}, () => {});

    expect(receiver.spans.map(({ name }) => name)).toEqual(['charge']);
  });

  it('When sending ended, then spans still have ids, and sending can begin again', async () => {
    await (await startTracing({ service: 'catalog', endpoint: receiver.endpoint })).shutdown();

    const id = await span('unsent', {}, () => currentTraceId());
    const again = await startTracing({ service: 'payment', endpoint: receiver.endpoint });
    await span('sent', {}, () => {});
    await again.shutdown();

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(receiver.spans).toEqual([expect.objectContaining({ service: 'payment', name: 'sent' })]);
  });

  it('When the ratio is 0, then only what a caller sampled is sent', async () => {
    const tracing = await startTracing({ service: 'catalog', endpoint: receiver.endpoint, ratio: 0 });
    const app = await serving((called) => called.get('/', () => ''));
    const get = (flags: string) =>
      app.inject({
        url: '/',
        headers: { traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}` },
      });

    await Promise.all([app.inject('/'), get('00'), get('01')]);
    await app.close();
    await tracing.shutdown();

    expect(receiver.spans).toEqual([expect.objectContaining({ traceId: '0af7651916cd43dd8448eb211c80319c' })]);
  });

  it.each([
    ['is not there', { answers: true, gone: true }],
    ['takes everything and never answers', { answers: false, gone: false }],
  ])(
    'When the receiver %s, then no request notices, the end takes less than 3 s, and one warning is logged',
    async (_, how) => {
      const warn = jest.spyOn(Logger.prototype, 'warn');
      const away = await Receiver.start(how);
      const { endpoint } = away;
      if (how.gone) away.close();
      const tracing = await startTracing({ service: 'catalog', endpoint });
      const app = await serving((called) => called.get('/', () => 'fine'));

      const answers = await Promise.all(Array.from({ length: 700 }, () => app.inject('/')));
      const began = performance.now();
      await tracing.shutdown();
      const tookMs = performance.now() - began;
      await app.close();
      away.close();

      expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['fine']));
      expect(tookMs).toBeLessThan(3_000);
      expect(warn).toHaveBeenCalledTimes(1);
    },
  );
});

async function serving(routes: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = fastify();
  httpTracing(app);
  routes(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

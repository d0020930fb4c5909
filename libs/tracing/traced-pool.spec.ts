import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fastify, { type FastifyInstance } from 'fastify';

import { span, startTracing, type TracedPool, tracedPool, withDeadline } from './index.ts';

describe('traced pool', () => {
  const exporter = new InMemorySpanExporter();
  const stuck = Promise.withResolvers<void>();
  let app: FastifyInstance;
  let pool: TracedPool;

  beforeAll(async () => {
    await startTracing({ service: 'gateway' });
    trace.disable();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    app = fastify();
    app.get('/headers', (request, reply) => reply.send(request.headers));
    app.get('/broken', (_, reply) => reply.status(503).send());
    app.get('/stuck', () => stuck.promise);
    await app.listen({ host: '127.0.0.1', port: 0 });
    pool = tracedPool(app.listeningOrigin, { headersTimeoutMs: 50 });
  });

  beforeEach(() => exporter.reset());

  afterAll(async () => {
    stuck.resolve();
    await pool.close();
    await app.close();
  });

  const headersOf = async (given?: Record<string, string>) => {
    const { body } = await pool.request({ method: 'GET', path: '/headers', headers: given });
    return (await body.json()) as Record<string, string>;
  };

  it('When a request is made, then the service is told its parent, beside the headers that were given', async () => {
    const headers = await span('checkout', {}, () => headersOf({ authorization: 'Bearer x' }));

    const [client, checkout] = exporter.getFinishedSpans();
    const { traceId, spanId } = client!.spanContext();
    expect(client?.parentSpanContext?.spanId).toBe(checkout?.spanContext().spanId);
    expect(headers).toMatchObject({ authorization: 'Bearer x', traceparent: `00-${traceId}-${spanId}-01` });
    expect(headers).not.toHaveProperty('x-request-timeout-ms');
  });

  it('When the caller brought a traceparent of its own, then it is replaced', async () => {
    const { traceparent } = await headersOf({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });

    expect(traceparent).toContain(exporter.getFinishedSpans()[0]?.spanContext().spanId);
  });

  it('When there is a deadline, then the service is told what is left of it', async () => {
    const headers = await withDeadline(3_000, () => headersOf());

    expect(Number(headers['x-request-timeout-ms'])).toBeGreaterThan(2_000);
    expect(Number(headers['x-request-timeout-ms'])).toBeLessThanOrEqual(3_000);
  });

  it('When the answer was read, then the span has ended, with its status', async () => {
    const { body } = await pool.request({ method: 'GET', path: '/broken', route: '/broken' });
    await body.dump();

    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        name: 'GET /broken',
        attributes: { 'http.request.method': 'GET', 'url.template': '/broken', 'http.response.status_code': 503 },
        status: { code: SpanStatusCode.ERROR },
      },
    ]);
  });

  it('When no route is given, then the name has no path', async () => {
    await headersOf();

    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'GET', status: { code: SpanStatusCode.UNSET } }]);
  });

  it('When the head of the answer does not come in time, then the request fails, and the span says so', async () => {
    await expect(pool.request({ method: 'GET', path: '/stuck' })).rejects.toThrow('Headers Timeout');

    expect(exporter.getFinishedSpans()).toMatchObject([{ status: { code: SpanStatusCode.ERROR } }]);
  });

  it('When nobody listens, then the request fails, and the span says so', async () => {
    const nobody = tracedPool('http://127.0.0.1:1');

    await expect(nobody.request({ method: 'GET', path: '/' })).rejects.toThrow('ECONNREFUSED');
    await nobody.close();

    expect(exporter.getFinishedSpans()).toMatchObject([{ status: { code: SpanStatusCode.ERROR } }]);
  });

  it('When headers are given as a list, then the request is refused', async () => {
    const request = pool.request({ method: 'GET', path: '/headers', headers: ['traceparent', 'x'] });

    await expect(request).rejects.toThrow(TypeError);
  });
});

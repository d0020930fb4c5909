import { setImmediate } from 'node:timers/promises';

import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fastify, { type FastifyInstance } from 'fastify';

import { currentTraceId, currentTraceparent, httpTracing, remainingMs, startTracing } from './index.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const caller = `00-${traceId}-b7ad6b7169203331-01`;

describe('http tracing', () => {
  const exporter = new InMemorySpanExporter();
  let app: FastifyInstance;

  beforeAll(async () => {
    await startTracing({ service: 'catalog' });
    trace.disable();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    app = fastify();
    httpTracing(app);
    app.get('/trace/:id', async () => {
      await setImmediate();
      return { traceId: currentTraceId(), traceparent: currentTraceparent(), left: remainingMs() };
    });
    app.post('/trace', async (request) => ({ traceId: currentTraceId(), body: request.body }));
    app.get('/broken', async () => {
      throw new Error('broken');
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
  });

  beforeEach(() => exporter.reset());

  afterAll(() => app.close());

  it('When a caller has a trace, then the request goes on in it, and the answer says so', async () => {
    const { headers, body } = await app.inject({ url: '/trace/7', headers: { traceparent: caller } });

    const [made] = exporter.getFinishedSpans();
    const traceparent = `00-${traceId}-${made?.spanContext().spanId}-01`;
    expect(made?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect([headers['traceparent'], JSON.parse(body)]).toEqual([traceparent, { traceId, traceparent }]);
  });

  it.each([undefined, 'nonsense', '00-00000000000000000000000000000000-b7ad6b7169203331-01', caller.slice(1)])(
    'When the traceparent is %p, then a new trace begins',
    async (traceparent) => {
      const { headers } = await app.inject({ url: '/trace/7', headers: traceparent ? { traceparent } : {} });

      expect(exporter.getFinishedSpans()[0]?.parentSpanContext).toBeUndefined();
      expect(headers['traceparent']).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it('When a body was read from the network, then the handler still is in the trace', async () => {
    const response = await fetch(`${app.listeningOrigin}/trace`, {
      method: 'POST',
      headers: { traceparent: caller, 'content-type': 'application/json' },
      body: JSON.stringify({ lines: 'x'.repeat(200_000) }),
    });

    expect(await response.json()).toMatchObject({ traceId });
  });

  it('When requests run at the same time, then each has its own trace', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject('/trace/7')));

    expect(new Set(answers.map((answer) => answer.json().traceId)).size).toBe(20);
  });

  it('When the path is unknown, then the span has no route, and not the path', async () => {
    await app.inject('/invented/by/anyone');

    const [made] = exporter.getFinishedSpans();
    expect([made?.name, made?.attributes]).toEqual([
      'GET',
      { 'http.request.method': 'GET', 'http.response.status_code': 404 },
    ]);
  });

  it('When the answer is a 5xx, then the span is an error', async () => {
    await app.inject('/broken');

    expect(exporter.getFinishedSpans()[0]).toMatchObject({
      name: 'GET /broken',
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'http.response.status_code': 500 },
    });
  });

  it('When the caller says how long it waits, then that is known inside', async () => {
    const { left } = (await app.inject({ url: '/trace/7', headers: { 'x-request-timeout-ms': '5000' } })).json();

    expect(left).toBeGreaterThan(4_000);
    expect(left).toBeLessThanOrEqual(5_000);
  });

  it.each(['', 'soon', '-1', '1e9', '9999999999'])('When the deadline is %p, then there is none', async (given) => {
    const { left } = (await app.inject({ url: '/trace/7', headers: { 'x-request-timeout-ms': given } })).json();

    expect(left).toBeUndefined();
  });
});

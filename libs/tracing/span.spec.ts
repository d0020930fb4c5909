import { setImmediate } from 'node:timers/promises';

import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import { contextFrom, currentTraceId, currentTraceparent, span, SpanKind, startTracing } from './index.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const stored = `00-${traceId}-b7ad6b7169203331-01`;

describe('span without a receiver', () => {
  beforeAll(() => startTracing({ service: 'catalog' }));

  it('When there is no span, then there is no trace', () => {
    expect([currentTraceId(), currentTraceparent()]).toEqual([undefined, undefined]);
  });

  it('When a span runs, then it has ids through all that it awaits, and those inside it share its trace', async () => {
    const [outer, inner] = await span('outer', {}, async () => {
      await setImmediate();
      return [currentTraceparent(), await span('inner', {}, () => currentTraceparent())];
    });

    const [, outerTrace, outerSpan, flags] = outer?.split('-') ?? [];
    expect(outer).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(inner).toMatch(new RegExp(`^00-${outerTrace}-(?!${outerSpan})[0-9a-f]{16}-${flags}$`));
  });

  it('When a span continues a stored trace, then it is of that trace, sampled as that was', async () => {
    const current = await span('consume', { parent: contextFrom(stored) }, () => currentTraceparent());

    expect(current).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
  });

  it.each([undefined, '', 'nonsense'])(
    'When the stored trace is %p, then a new one begins, not that of the loop',
    async (traceparent) => {
      const [loop, own] = await span('loop', {}, async () => [
        currentTraceId(),
        await span('consume', { parent: contextFrom(traceparent) }, () => currentTraceId()),
      ]);

      expect(own).toMatch(/^[0-9a-f]{32}$/);
      expect(own).not.toBe(loop);
    },
  );

  it('When a library uses the tracer by itself, then its spans have ids too, of a trace of their own if it says so', async () => {
    const tracer = trace.getTracer('other');

    const ids = await span('outer', {}, () => [
      currentTraceId(),
      tracer.startActiveSpan('inner', () => currentTraceId()),
      tracer.startActiveSpan('apart', { root: true }, () => currentTraceId()),
    ]);

    const [outer, inner, apart] = ids;
    expect(inner).toBe(outer);
    expect(apart).toMatch(/^[0-9a-f]{32}$/);
    expect(apart).not.toBe(outer);
  });
});

describe('span that is recorded', () => {
  const exporter = new InMemorySpanExporter();

  beforeAll(async () => {
    await startTracing({ service: 'catalog' });
    trace.disable();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });

  beforeEach(() => exporter.reset());

  it('When its work succeeds, then the span ends with it, and the result is passed on', async () => {
    const details = { kind: SpanKind.PRODUCER, attributes: { 'messaging.destination.name': 'orders' } };

    const result = await span('publish', details, async () => {
      await setImmediate();
      expect(exporter.getFinishedSpans()).toEqual([]);
      return 7;
    });

    expect(result).toBe(7);
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'publish', status: { code: 0 }, ...details }]);
  });

  it('When its work fails, then the span says why, and the error is thrown on', async () => {
    const error = new Error('no connection');

    await expect(span('query', {}, () => Promise.reject(error))).rejects.toBe(error);

    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR, message: 'no connection' },
        events: [{ name: 'exception', attributes: { 'exception.message': 'no connection' } }],
      },
    ]);
  });

  it('When its work throws before it returns a promise, then the span ends too', async () => {
    const broken = () => {
      throw new Error('bug');
    };

    await expect(span('query', {}, broken)).rejects.toThrow('bug');

    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});

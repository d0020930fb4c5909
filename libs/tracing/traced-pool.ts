import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api';
import { type Dispatcher, Pool } from 'undici';

import { deadlineHeader, remainingMs } from './deadline.ts';
import { tracer } from './span.ts';
import { SpanEnding } from './span-ending.ts';

export interface TracedPoolOptions {
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  /** Longest wait for the head of the answer, and between two pieces of its body; 3 s each. */
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  /** Of the body of an answer; longer ones fail. No limit if not given. */
  readonly maxResponseBytes?: number;
}

/** As undici's, with the route for the name of the span: `/v1/orders/{id}`, never the path with its ids. */
export type TracedRequestOptions = Dispatcher.RequestOptions & { readonly route?: string };

/** A dispatcher whose headers are given as an object. */
export type TracedPool = Dispatcher & {
  request(options: TracedRequestOptions): Promise<Dispatcher.ResponseData>;
};

/** Connections to one service. Each call is a span, and tells the service its parent and how long the caller still waits. */
export function tracedPool(url: string, options: TracedPoolOptions = {}): TracedPool {
  const { connections = 32, connectTimeoutMs = 2_000, headersTimeoutMs = 3_000, bodyTimeoutMs = 3_000 } = options;
  return new TracingPool(url, {
    connections,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
    maxResponseSize: options.maxResponseBytes,
  });
}

class TracingPool extends Pool {
  override dispatch(
    options: Dispatcher.DispatchOptions & { route?: string },
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const { method, route } = options;
    const attributes = { 'http.request.method': method, ...(route && { 'url.template': route }) };
    const span = tracer().startSpan(route ? `${method} ${route}` : method, { kind: SpanKind.CLIENT, attributes });
    const headers = withContext(options.headers, span);
    return super.dispatch({ ...options, headers }, new SpanEnding(handler, span));
  }
}

/** @throws TypeError for headers given as a list: a list would hide a second `traceparent` */
function withContext(
  given: Dispatcher.DispatchOptions['headers'],
  span: Span,
): Record<string, string | string[] | undefined> {
  if (given && Symbol.iterator in given) throw new TypeError('Give headers as an object');
  const headers: ReturnType<typeof withContext> = { ...(given as ReturnType<typeof withContext>) };
  propagation.inject(trace.setSpan(context.active(), span), headers);
  const leftMs = remainingMs();
  if (leftMs !== undefined) headers[deadlineHeader] = String(leftMs);
  return headers;
}

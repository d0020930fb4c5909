import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { contextWithDeadline, deadlineHeader, parseDeadline } from './deadline.ts';
import { tracer } from './span.ts';
import { traceparentOf } from './trace-context.ts';

/**
 * A span for each request, child of the caller's, named by method and route; its `traceparent` is a header of the answer.
 * The rest of the request runs in its context, and with the caller's deadline. Call it before other hooks are added.
 */
export function httpTracing(fastify: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();

  fastify.addHook('onRequest', (request, reply, done) => {
    const caller = propagation.extract(ROOT_CONTEXT, request.headers);
    const route = request.routeOptions.url;
    const attributes = { 'http.request.method': request.method, ...(route && { 'http.route': route }) };
    const span = tracer().startSpan(
      route ? `${request.method} ${route}` : request.method,
      { kind: SpanKind.SERVER, attributes },
      caller,
    );
    spans.set(request, span);
    void reply.header('traceparent', traceparentOf(span));
    const deadlineMs = parseDeadline(request.headers[deadlineHeader]);
    const own = trace.setSpan(caller, span);
    context.with(deadlineMs === undefined ? own : contextWithDeadline(own, deadlineMs), done);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

import { type Context, context, propagation, type Span, trace } from '@opentelemetry/api';

/** W3C `traceparent` of the active span, to be stored beside a message or sent along. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

export function currentTraceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}

/** The active context with the given span as its parent; with none at all if the `traceparent` is missing or malformed. */
export function contextFrom(traceparent?: string): Context {
  return propagation.extract(trace.deleteSpan(context.active()), { traceparent });
}

export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

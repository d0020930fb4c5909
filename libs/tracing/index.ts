export { deadlineHeader, remainingMs, withDeadline } from './deadline.ts';
export { httpTracing } from './http-tracing.ts';
export { newSpanId, newTraceId } from './random-ids.ts';
export { span, type SpanDetails } from './span.ts';
export { startTracing, type Tracing, type TracingOptions } from './start-tracing.ts';
export { contextFrom, currentTraceId, currentTraceparent } from './trace-context.ts';
export { type TracedPool, tracedPool, type TracedPoolOptions, type TracedRequestOptions } from './traced-pool.ts';
export { TracingSettings } from './tracing.config.ts';
export { SpanKind } from '@opentelemetry/api';

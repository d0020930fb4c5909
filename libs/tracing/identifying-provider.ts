import {
  type Context,
  context,
  type Span,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';

import { newSpanId, newTraceId } from './random-ids.ts';

/** Gives spans their ids and records nothing: logs and callers have a trace to name though no spans are sent. */
export class IdentifyingProvider implements TracerProvider {
  private readonly tracer = new IdentifyingTracer();

  getTracer(): Tracer {
    return this.tracer;
  }
}

class IdentifyingTracer implements Tracer {
  startSpan(_name: string, options: SpanOptions = {}, parentContext: Context = context.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(parentContext);
    return trace.wrapSpanContext({
      traceId: parent?.traceId ?? newTraceId(),
      spanId: newSpanId(),
      // What a caller decided about its trace is passed on; one begun here has no spans worth keeping elsewhere.
      traceFlags: parent?.traceFlags ?? TraceFlags.NONE,
      traceState: parent?.traceState,
    });
  }

  startActiveSpan<R>(name: string, ...rest: unknown[]): R {
    const run = rest.pop() as (span: Span) => R;
    const [options, parentContext = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, parentContext);
    return context.with(trace.setSpan(parentContext, span), () => run(span));
  }
}

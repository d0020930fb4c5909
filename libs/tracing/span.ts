import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';

export interface SpanDetails {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Whose child it is; of the active span if not given. See {@link contextFrom}. */
  readonly parent?: Context;
}

/** Runs `work` inside a span, which ends with it. What `work` throws is noted on the span and thrown on. */
export async function span<T>(name: string, details: SpanDetails, work: (span: Span) => Promise<T> | T): Promise<T> {
  const { kind, attributes, parent = context.active() } = details;
  const made = tracer().startSpan(name, { kind, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, made), () => work(made));
  } catch (error) {
    noteError(made, error);
    throw error;
  } finally {
    made.end();
  }
}

/** Asked for each span: the provider changes when spans begin to be sent. */
export function tracer(): Tracer {
  return trace.getTracer('towpath');
}

export function noteError(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

import { IdentifyingProvider } from './identifying-provider.ts';

export interface TracingOptions {
  readonly service: string;
  /** Base URL of an OTLP receiver; without it spans have ids and are sent nowhere. */
  readonly endpoint?: string;
  /** Share (0–1) of the traces begun here that is sent; 1. */
  readonly ratio?: number;
}

export interface Tracing {
  /** Sends what is still in memory, within 3 s. Never rejects: spans that cannot be sent are lost. */
  shutdown(): Promise<void>;
}

interface Exporting {
  users: number;
  readonly sdk: Promise<{ shutdown(): Promise<void> }>;
}

let exporting: Exporting | undefined;

/**
 * From here on every span has ids, and context follows them through HTTP and messages. OpenTelemetry's registration is one
 * per process: of several applications in one process the first to give an endpoint decides where spans go.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  registerOnce();
  const { service, endpoint, ratio = 1 } = options;
  if (!endpoint) return { shutdown: async () => {} };
  exporting ??= { users: 0, sdk: load({ service, endpoint, ratio }) };
  const mine = exporting;
  mine.users += 1;
  await mine.sdk;
  return { shutdown: () => leave(mine) };
}

/** Idempotent: a second registration is refused by the API. */
function registerOnce(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new IdentifyingProvider());
}

async function load(options: Required<TracingOptions>) {
  const { startExporting } = await import('./exporting.ts');
  trace.disable();
  return startExporting(options);
}

async function leave(mine: Exporting): Promise<void> {
  mine.users -= 1;
  if (mine.users > 0) return;
  if (exporting === mine) exporting = undefined;
  await (await mine.sdk).shutdown();
}

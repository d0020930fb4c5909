import { Logger } from '@nestjs/common';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';

export interface ExportOptions {
  readonly service: string;
  readonly endpoint: string;
  readonly ratio: number;
}

const exportTimeoutMs = 2_000;
const complainEveryMs = 60_000;

/** Loaded only when spans are sent: the SDK takes 70 ms and 1.3 MB. Its ids and contexts come from what is registered already. */
export function startExporting({ service, endpoint, ratio }: ExportOptions): { shutdown(): Promise<void> } {
  const complain = complaintsTo(new Logger('Tracing'));
  setGlobalErrorHandler(complain);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const sdk = new NodeSDK({
    serviceName: service,
    autoDetectResources: false,
    instrumentations: [],
    logRecordProcessors: [],
    metricReaders: [],
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      // Its queue holds 2,048 spans and drops the rest: a receiver that is away costs no request anything.
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }),
        scheduledDelayMillis: 500,
      }),
    ],
  });
  sdk.start();
  return { shutdown: () => sdk.shutdown().catch(complain) };
}

/** A receiver that is away would fill the log. */
function complaintsTo(logger: Logger): (error: unknown) => void {
  let lastMs = -complainEveryMs;
  return (err) => {
    if (performance.now() - lastMs < complainEveryMs) return;
    lastMs = performance.now();
    logger.warn({ msg: 'Spans could not be sent and are dropped', err });
  };
}

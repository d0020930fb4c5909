import { setting, Settings } from '@towpath/config';

export class TracingSettings extends Settings({
  otelExporterOtlpEndpoint: setting.url({
    optional: true,
    meaning: 'where spans are sent (OTLP over HTTP); without it none are',
  }),
  traceRatio: setting.ratio({
    default: 1,
    meaning: 'share of the traces begun here that are sent; a trace begun elsewhere stays as it is',
  }),
}) {}

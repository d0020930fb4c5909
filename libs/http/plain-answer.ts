import { type DomainError, problemMediaType, toProblem } from '@towpath/errors';
import { newSpanId, newTraceId } from '@towpath/tracing';

import { securityHeaders } from './security-headers.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A problem for what comes no further than node, where no filter and no span is. */
export function plainAnswer(error: DomainError, url: string, problemBaseUrl: string | undefined): PlainAnswer {
  const traceId = newTraceId();
  const [instance = '/'] = url.split('?', 1);
  const body = JSON.stringify(toProblem(error, { instance, traceId, baseUrl: problemBaseUrl }));
  return {
    body,
    status: error.status,
    headers: {
      ...error.headers,
      'content-type': problemMediaType,
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...securityHeaders,
      traceparent: `00-${traceId}-${newSpanId()}-00`,
    },
  };
}

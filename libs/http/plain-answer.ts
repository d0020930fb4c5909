import { randomBytes } from 'node:crypto';

import { type DomainError, problemMediaType, toProblem } from '@towpath/errors';

import { securityHeaders } from './security-headers.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A problem for what comes no further than node, where no filter and no span is. */
export function plainAnswer(error: DomainError, url: string, problemBaseUrl: string | undefined): PlainAnswer {
  const traceId = randomBytes(16).toString('hex');
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
      traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-00`,
    },
  };
}

import { type Problem, type ProblemCode, problems } from '@towpath/api';

import { DomainError } from './domain-error.ts';

export const problemMediaType = 'application/problem+json';

export interface ProblemContext {
  /** Path of the request, without its query. */
  readonly instance: string;
  readonly traceId: string;
  /** What comes before the code in `type`; `/problems` if not given. */
  readonly baseUrl?: string;
}

const codeOfStatus: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  412: 'changed-meanwhile',
  413: 'payload-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  429: 'rate-limited',
  431: 'headers-too-large',
  503: 'overloaded',
  504: 'upstream-timeout',
};

/** What a client is told of an error. Of those that are no {@link DomainError} it learns the status, nothing more. */
export function toProblem(error: unknown, { instance, traceId, baseUrl = '/problems' }: ProblemContext): Problem {
  const known = toDomainError(error);
  return {
    type: `${baseUrl}/${known.code}`,
    title: problems[known.code].title,
    status: known.status,
    detail: known.message,
    instance,
    traceId,
    ...(known.errors && { errors: [...known.errors] }),
  };
}

/** The framework's own errors (unknown path, body too large …) by their status; anything else is `internal`. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = codeFor(statusOf(error));
  return new DomainError(code, problems[code].meaning, { cause: error });
}

function codeFor(status: number): ProblemCode {
  const refused = status >= 400 && status < 500 ? 'invalid-request' : 'internal';
  return codeOfStatus[status] ?? refused;
}

/** Nest's exceptions have `getStatus`; Fastify's errors a `statusCode` and a code of their own. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  if ('getStatus' in error && typeof error.getStatus === 'function') return Number(error.getStatus());
  const fastify = 'code' in error && String(error.code).startsWith('FST_');
  return fastify && 'statusCode' in error ? Number(error.statusCode) : 500;
}

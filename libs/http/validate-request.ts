import type { InputOf, Route } from '@towpath/api';
import { DomainError, type FieldError } from '@towpath/errors';
import { z } from 'zod';

/** A request as it arrived. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

type Part = keyof RawRequest;
type Issue = z.core.$ZodIssue;

const parts = ['params', 'query', 'headers', 'body'] as const satisfies Part[];
const none: Record<Part, z.ZodType> = {
  params: z.strictObject({}),
  query: z.strictObject({}),
  headers: z.object({}),
  body: z.undefined(),
};
const prefixes: Record<Part, string> = { params: '/path', query: '/query', headers: '/headers', body: '' };

const maxErrors = 20;
const maxPointer = 200;

/**
 * The request as the handler of the route gets it.
 * @throws DomainError `unknown-field` or `invalid-request` with a pointer to each wrong field
 */
export function validateRequest<R extends Route>(route: R, raw: RawRequest): InputOf<R> {
  const input: Partial<Record<Part, unknown>> = {};
  const failed: { part: Part; issues: Issue[] }[] = [];
  for (const part of parts) {
    const result = (route[part] ?? none[part]).safeParse(raw[part]);
    if (result.success) input[part] = result.data;
    else failed.push({ part, issues: result.error.issues });
  }
  if (failed.length > 0) throw refusal(failed);
  return input as InputOf<R>;
}

function refusal(failed: { part: Part; issues: Issue[] }[]): DomainError {
  const unknown = failed.some(({ issues }) => issues.some((issue) => issue.code === 'unrecognized_keys'));
  const errors = failed.flatMap(({ part, issues }) => issues.flatMap((issue) => fieldErrors(prefixes[part], issue)));
  const [first] = errors;
  const detail = `${first?.pointer || 'The body'}: ${first?.detail}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`;
  return new DomainError(unknown ? 'unknown-field' : 'invalid-request', detail, { errors: errors.slice(0, maxErrors) });
}

function fieldErrors(prefix: string, issue: Issue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(prefix, issue.path), detail: issue.message }];
  return issue.keys
    .slice(0, maxErrors)
    .map((key) => ({ pointer: pointerTo(prefix, [...issue.path, key]), detail: 'is not known' }));
}

/** RFC 6901. Cut, as a client's own key may be as long as its body. */
function pointerTo(prefix: string, path: readonly PropertyKey[]): string {
  const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return `${prefix}${pointer}`.slice(0, maxPointer);
}

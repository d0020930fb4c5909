import { Unavailable } from '@towpath/errors';
import { remainingMs, type TracedPool, withDeadline } from '@towpath/tracing';
import type { Dispatcher } from 'undici';

export type ApiFetch = (request: Request) => Promise<Response>;

/** The path of a request with `{id}` for its ids, for the name of the span. */
export const routeOf = new WeakMap<Request, string>();

/**
 * The fetch of a client within a service: over connections that trace and tell the deadline. Whole answers, no streams, no
 * redirects. It rejects with `Unavailable` when there is none within `timeoutMs`, or before the deadline of the caller.
 */
export function pooledFetch(pool: TracedPool, timeoutMs = 3_000): ApiFetch {
  return async (request) => {
    try {
      return await withDeadline(timeoutMs, () => ask(pool, request, remainingMs() ?? timeoutMs));
    } catch (cause) {
      throw new Unavailable(undefined, { cause });
    }
  };
}

async function ask(pool: TracedPool, request: Request, timeoutMs: number): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const answer = await pool.request({
    method: request.method as Dispatcher.HttpMethod,
    path: pathname + search,
    route: routeOf.get(request),
    headers: Object.fromEntries(request.headers),
    body: request.body && Buffer.from(await request.arrayBuffer()),
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(body.length > 0 ? body : null, { status: answer.statusCode, headers });
}

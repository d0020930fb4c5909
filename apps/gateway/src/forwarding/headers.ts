import type { IncomingHttpHeaders } from 'node:http';

import { needsLogin, type Route } from '@towpath/api';

type Headers = Record<string, string>;

/** All that a service says to a client. The rest, such as what it says to its proxy, ends here. */
const passedBack = [
  'allow',
  'cache-control',
  'content-type',
  'etag',
  'idempotency-replayed',
  'location',
  'retry-after',
  'www-authenticate',
  'x-accel-buffering',
];

/** Names of the headers that a route reads. What a client sends beyond them (identity, forwarding, hop by hop) goes no further. */
export function headersRead(route: Route): string[] {
  const credentials = needsLogin(route.access) ? ['authorization'] : [];
  const media = route.body ? ['content-type'] : [];
  return [...credentials, ...media, ...Object.keys(route.headers?.shape ?? {})];
}

export function pick(headers: IncomingHttpHeaders, names: readonly string[]): Headers {
  const picked: Headers = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}

/** What goes back to the client. Only what anyone may read may be kept on its way. */
export function answerHeaders(route: Route, headers: IncomingHttpHeaders): Headers {
  const answer = pick(headers, passedBack);
  if (route.access !== 'anyone' || route.method !== 'GET') answer['cache-control'] = 'no-store';
  return answer;
}

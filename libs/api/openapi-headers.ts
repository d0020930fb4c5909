import type { Json } from './json-schemas.ts';
import type { Route } from './route.ts';

const text = { type: 'string' };

/** Headers of answers, by name. */
export const headerComponents = {
  traceparent: header('Finds the request in our logs: the trace id is its second part.', {
    ...text,
    pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }),
  RateLimit: header('What is left of the limits (draft-ietf-httpapi-ratelimit-headers).', {
    ...text,
    example: '"user";r=118;t=42',
  }),
  'RateLimit-Policy': header('The limits (draft-ietf-httpapi-ratelimit-headers).', {
    ...text,
    example: '"user";q=120;w=60',
  }),
  'Retry-After': header('Seconds to wait.', { type: 'integer', minimum: 0, example: 1 }),
  Location: header('Address of what the answer is about.', {
    ...text,
    format: 'uri-reference',
    example: '/v1/orders/0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70',
  }),
  ETag: header('The version, for `If-Match`.', { ...text, example: '"7"' }),
  'Idempotency-Replayed': header('`true`: this is the answer that was given the first time.', {
    const: 'true',
    example: 'true',
  }),
  'WWW-Authenticate': header('How to log in.', { ...text, example: 'Bearer error="invalid_token"' }),
} satisfies Record<string, Json>;

export type HeaderName = keyof typeof headerComponents;

function header(description: string, { example, ...schema }: Json): Json {
  return { description, schema, example };
}

/** References to headers of these names. */
export function headers(...names: readonly HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Those of a route's successes. */
export function successHeaders(route: Route): Json {
  const mayBeReplayed = 'idempotency-key' in (route.headers?.shape ?? {});
  return headers(
    'traceparent',
    'RateLimit',
    'RateLimit-Policy',
    ...(route.answerHeaders ?? []),
    ...(mayBeReplayed ? (['Idempotency-Replayed'] as const) : []),
  );
}

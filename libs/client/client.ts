import createOpenApiClient, { type Client } from 'openapi-fetch';

import type { components, operations, paths } from './api.generated.ts';
import { type ApiFetch, routeOf } from './pooled-fetch.ts';

export interface ClientOptions {
  /** Node's own if not given. */
  readonly fetch?: ApiFetch;
  /** Access token that goes along. */
  readonly token?: string;
  /** More that go along with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the public API; paths, parameters, bodies and answers are those of docs/openapi.json. */
export type ApiClient = Client<paths>;

/** A component of the API by name, such as `ApiSchema<'Order'>`. */
export type ApiSchema<Name extends keyof components['schemas']> = components['schemas'][Name];

export type ApiOperation = keyof operations;

/** Cheap: one for each token is meant. What is costly, the connections, is in `fetch`. */
export function createClient(baseUrl: string, { fetch, token, headers }: ClientOptions = {}): ApiClient {
  const client = createOpenApiClient<paths>({
    baseUrl,
    fetch,
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  client.use({ onRequest: ({ request, schemaPath }) => void routeOf.set(request, schemaPath) });
  return client;
}

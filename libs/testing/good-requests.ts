import { exampleOf, type Route, routes, type ServiceName, servicesOf } from '@towpath/api';

/** A request as it goes over the wire, but for the token and the length. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface GoodRequest extends WireRequest {
  readonly route: Route;
  readonly json?: object;
  readonly body?: string;
}

/** The example of its documentation: it lets through whoever looks only at its shape; what it speaks of does not exist. */
export function goodRequest(route: Route): GoodRequest {
  const json = route.body && (exampleOf(route.body) as object);
  const { id = '' } = (route.params && (exampleOf(route.params) as { id: string })) ?? {};
  return {
    route,
    method: route.method,
    path: route.path.replace('{id}', id) + (typeof route.service === 'string' ? '' : `?service=${route.service[0]}`),
    headers: { ...(json && { 'content-type': 'application/json' }), ...requiredHeaders(route) },
    ...(json && { json, body: JSON.stringify(json) }),
  };
}

function requiredHeaders({ headers }: Route): Record<string, string> {
  if (!headers) return {};
  const examples = Object.entries(exampleOf(headers) as Record<string, string>);
  return Object.fromEntries(examples.filter(([name]) => !headers.shape[name]?.safeParse(undefined).success));
}

/** One for every operation of the API, or of one service. */
export function goodRequests(service?: ServiceName): GoodRequest[] {
  const all = Object.values<Route>(routes);
  return all.filter((route) => !service || servicesOf(route).includes(service)).map(goodRequest);
}

import { type Route, routes, type ServiceName, servicesOf } from '@towpath/api';

const id = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';
const password = 'correct horse battery';

/** A body that each route with one accepts. */
const bodies: Readonly<Record<string, object>> = {
  register: { email: 'ada@example.org', password, name: 'Ada' },
  logIn: { email: 'ada@example.org', password },
  createProduct: {
    sku: 'rope-10',
    name: 'Rope',
    description: 'Ten metres',
    price: { amountMinor: 1999, currency: 'EUR' },
    stock: 3,
  },
  updateProduct: { name: 'Rope' },
  changePassword: { currentPassword: password, newPassword: `${password} staple` },
  eraseMe: { password },
  refreshSession: { refreshToken: 'r'.repeat(43) },
  refundOrder: { amountMinor: 100 },
  takeProviderEvent: { id: 'evt_1' },
  setStock: { quantity: 3 },
  placeOrder: { cartId: id, lines: [{ productId: id, quantity: 2 }], paymentMethod: 'pm_card_visa' },
  cancelOrder: {},
};

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

/** A request that lets through whoever looks only at its shape; what it speaks of does not exist. */
export function goodRequest(route: Route): GoodRequest {
  const json = bodies[route.name];
  if (route.body && !json) throw new Error(`Add a body for ${route.name} to good-requests.ts.`);
  return {
    route,
    method: route.method,
    path: route.path.replace('{id}', id) + (typeof route.service === 'string' ? '' : `?service=${route.service[0]}`),
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...pickHeaders(route),
    },
    ...(json && { json, body: JSON.stringify(json) }),
  };
}

/** Of the headers that routes ask for. */
const headers: Readonly<Record<string, string>> = { 'idempotency-key': 'k'.repeat(16), 'if-match': '"1"' };

function pickHeaders(route: Route): Record<string, string> {
  const names = Object.keys(route.headers?.shape ?? {});
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/** One for every operation of the API, or of one service. */
export function goodRequests(service?: ServiceName): GoodRequest[] {
  const all = Object.values<Route>(routes);
  return all.filter((route) => !service || servicesOf(route).includes(service)).map(goodRequest);
}

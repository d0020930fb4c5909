import { type Route, routes } from '@towpath/api';

export const uuid = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';

const price = { amountMinor: 1999, currency: 'EUR' };

/** A body that each route with one accepts. */
const bodies: Partial<Record<keyof typeof routes, object>> = {
  register: { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada' },
  logIn: { email: 'ada@example.org', password: 'correct horse battery' },
  createProduct: { sku: 'rope-10', name: 'Rope', description: 'Ten metres', price, stock: 3 },
  setStock: { quantity: 3 },
  placeOrder: { cartId: uuid, lines: [{ productId: uuid, quantity: 2 }], paymentMethod: 'pm_card_visa' },
  cancelOrder: {},
};

export interface GoodRequest {
  readonly name: keyof typeof routes;
  readonly route: Route;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** For every route of the API a request that it accepts, but for the token. */
export const goodRequests: GoodRequest[] = Object.entries<Route>(routes).map(([key, route]) => {
  const name = key as keyof typeof routes;
  return {
    name,
    route,
    method: route.method,
    path: route.path.replace('{id}', uuid),
    headers: {
      ...(route.body && { 'content-type': 'application/json' }),
      ...(route.headers && { 'idempotency-key': 'k'.repeat(16) }),
    },
    ...(route.body && { body: JSON.stringify(bodies[name]) }),
  };
});

export function goodRequest(name: keyof typeof routes): GoodRequest {
  const found = goodRequests.find((request) => request.name === name);
  if (!found) throw new Error(`no request for ${name}`);
  return found;
}

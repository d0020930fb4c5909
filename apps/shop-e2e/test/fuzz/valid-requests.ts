import { randomUUID } from 'node:crypto';

import type { ApiOperation } from '@towpath/client';

import type { Answered, Asked } from '../wire.ts';
import type { LiveShop } from './live-shop.ts';

/** Makes a request that succeeds out of what there is; `pick` chooses. */
type Build = (live: LiveShop, pick: number) => Asked | Promise<Asked>;

const of = (path: (id: string) => Omit<Asked, 'token'> & { path: string }): Build => {
  return (live, pick) => ({ ...path(live.orderOf(pick)), token: live.customer(pick).token });
};
const byUser = (asked: Asked): Build => {
  return (live, pick) => ({ ...asked, token: live.customer(pick).token });
};
const byAdmin = (build: (live: LiveShop, pick: number) => Asked | Promise<Asked>): Build => {
  return async (live, pick) => ({ ...(await build(live, pick)), token: live.shop.admin.token });
};
const limit = (pick: number) => `limit=${1 + (pick % 5)}`;
const services = ['catalog', 'order-processor', 'payment'];

export const validRequests: Readonly<Record<ApiOperation, Build>> = {
  register: () => {
    const json = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Ada' };
    return { method: 'POST', path: '/v1/users', json };
  },
  logIn: (live, pick) => ({ method: 'POST', path: '/v1/sessions', json: live.customer(pick).credentials }),
  refreshSession: async (live, pick) => {
    const refreshToken = live.refreshTokens.pop() ?? (await live.again(live.customer(pick))).session.refreshToken;
    return { method: 'POST', path: '/v1/sessions/refresh', json: { refreshToken } };
  },
  readMe: byUser({ path: '/v1/me' }),
  exportMe: byUser({ path: '/v1/me/export' }),
  changePassword: async (live) => {
    const { token, credentials } = await live.someone();
    const json = { currentPassword: credentials.password, newPassword: randomUUID() };
    return { method: 'PUT', path: '/v1/me/password', json, token };
  },
  eraseMe: async (live) => {
    const { token, credentials } = await live.someone();
    return { method: 'DELETE', path: '/v1/me', json: { password: credentials.password }, token };
  },
  listSessions: (live, pick) => byUser({ path: `/v1/sessions?${limit(pick)}` })(live, pick),
  endCurrentSession: async (live, pick) => {
    const { token } = await live.again(live.customer(pick));
    return { method: 'DELETE', path: '/v1/sessions/current', token };
  },
  endSession: async (live, pick) => {
    const { session } = await live.again(live.customer(pick));
    return { method: 'DELETE', path: `/v1/sessions/${session.sessionId}`, token: live.customer(pick).token };
  },
  listProducts: (_, pick) => ({ path: `/v1/products?${limit(pick)}${pick % 2 ? '&q=gate' : ''}` }),
  readProduct: (live) => ({ path: `/v1/products/${live.product.id}` }),
  createProduct: byAdmin(() => {
    const price = { amountMinor: 1999, currency: 'EUR' };
    const json = { sku: `fuzz-${randomUUID()}`, name: 'Lock gate', description: '', price, stock: 1 };
    return { method: 'POST', path: '/v1/products', json };
  }),
  updateProduct: byAdmin(async (live, pick) => {
    const path = `/v1/products/${live.showpiece.id}`;
    const { headers } = await live.ask({ path });
    const json = { price: { amountMinor: 1 + (pick % 1_000), currency: 'EUR' } };
    return { method: 'PATCH', path, headers: { 'if-match': headers['etag'] ?? '' }, json };
  }),
  setStock: byAdmin((live, pick) => {
    return { method: 'PUT', path: `/v1/products/${live.showpiece.id}/stock`, json: { quantity: pick % 1_000 } };
  }),
  placeOrder: (live, pick) => ({ ...live.order(), token: live.customer(pick).token }),
  listOrders: (live, pick) => byUser({ path: `/v1/orders?${limit(pick)}` })(live, pick),
  readOrder: of((id) => ({ path: `/v1/orders/${id}` })),
  followOrder: (live, pick) => {
    const headers: Record<string, string> = pick % 2 ? { 'last-event-id': '999' } : {};
    return of((id) => ({ path: `/v1/orders/${id}/events`, headers }))(live, pick);
  },
  cancelOrder: async (live, pick) => {
    const { token } = live.customer(pick);
    const { id } = JSON.parse((await live.ask({ ...live.order(), token })).text) as { id: string };
    const cancel: Asked = { method: 'POST', path: `/v1/orders/${id}/cancel`, json: {}, token };
    if (pick % 2) await live.ask(cancel);
    return cancel;
  },
  refundOrder: byAdmin((live, pick) => {
    const headers = { 'idempotency-key': randomUUID() };
    return { method: 'POST', path: `/v1/orders/${live.orderOf(pick)}/refund`, headers, json: { amountMinor: 1 } };
  }),
  listAllOrders: byAdmin((_, pick) => {
    return { path: `/v1/admin/orders?${limit(pick)}${pick % 2 ? '&status=COMPLETED' : '&stuck=true'}` };
  }),
  listDeadLetters: byAdmin((_, pick) => ({ path: `/v1/admin/dead-letters?service=${services[pick % 3]}` })),
  listAnomalies: byAdmin((_, pick) => ({ path: `/v1/admin/anomalies?service=${services[pick % 3]}` })),
  takeProviderEvent: (live) => {
    return live.signed({ id: `evt_${randomUUID()}`, object: 'event', type: 'customer.created', data: { object: {} } });
  },
};

/** What is on loan goes back. */
export function settle(live: LiveShop, operation: string, { status, text }: Answered): void {
  if (operation !== 'refreshSession' || status !== 200) return;
  live.refreshTokens.push((JSON.parse(text) as { refreshToken: string }).refreshToken);
}

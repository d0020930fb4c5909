import { randomUUID } from 'node:crypto';

import { exampleOf, type Route, routes } from '@towpath/api';

import { seenFrom, World } from './contract/world.ts';
import type { Customer } from './customer.ts';
import { runningShop } from './running-shop.ts';
import type { Answered, Asked } from './wire.ts';

jest.setTimeout(60_000);

type Actor = 'anonymous' | 'owner' | 'other' | 'admin';

/** What each is answered, and whose the thing is that the path names. */
interface Expected extends Readonly<Record<Actor, number>> {
  readonly of?: 'order' | 'session';
}

const anyone = (status: number): Expected => ({ anonymous: status, owner: status, other: status, admin: status });
/** Each has a thing of his own there. */
const ownOnly = (status: number): Expected => ({ anonymous: 401, owner: status, other: status, admin: status });
const admins = (status: number, of?: Expected['of']): Expected => ({
  ...{ anonymous: 401, owner: 403, other: 403, admin: status },
  of,
});

/** Every endpoint for everybody. A route without a row fails. */
const matrix: Readonly<Record<keyof typeof routes, Expected>> = {
  register: anyone(202),
  logIn: anyone(401),
  refreshSession: anyone(401),
  listProducts: anyone(200),
  readProduct: anyone(200),
  takeProviderEvent: anyone(401),
  readMe: ownOnly(200),
  changePassword: ownOnly(422),
  exportMe: ownOnly(200),
  eraseMe: ownOnly(422),
  listSessions: ownOnly(200),
  endCurrentSession: ownOnly(204),
  listOrders: ownOnly(200),
  placeOrder: ownOnly(201),
  endSession: { anonymous: 401, owner: 204, other: 404, admin: 404, of: 'session' },
  readOrder: { anonymous: 401, owner: 200, other: 404, admin: 200, of: 'order' },
  followOrder: { anonymous: 401, owner: 200, other: 404, admin: 200, of: 'order' },
  cancelOrder: { anonymous: 401, owner: 409, other: 404, admin: 409, of: 'order' },
  refundOrder: admins(202, 'order'),
  createProduct: admins(201),
  updateProduct: admins(412),
  setStock: admins(200),
  listAllOrders: admins(200),
  listDeadLetters: admins(200),
  listAnomalies: admins(200),
};
const cases = Object.values<Route>(routes).flatMap((route) =>
  (['anonymous', 'owner', 'other', 'admin'] as const).map((actor) => [route.name, actor, route] as const),
);

describe('every endpoint and everybody', () => {
  const shop = runningShop({ TRUSTED_PROXY_HOPS: '1' });
  let world: World;
  /** Things of the owner: their ids. */
  let mine: { order: string; session: string };

  beforeAll(async () => {
    world = new World(shop);
    await world.build();
  });

  beforeEach(async () => {
    const elsewhere = await world.ada.again();
    mine = { order: world.orderId, session: elsewhere.session.sessionId };
  });

  afterAll(async () => {
    console.info(`${Object.keys(routes).length} endpoints × 4 actors = ${cases.length}`);
    await world.wire.close();
  });

  /** Somebody who may log out without others being logged out. */
  const as: Record<Actor, () => Promise<Customer | undefined>> = {
    anonymous: async () => undefined,
    owner: () => world.ada.again(),
    other: () => world.bob.again(),
    admin: () => shop.admin.again(),
  };

  const expectedOf = (route: Route): Expected | undefined => matrix[route.name as keyof typeof routes];

  function requestTo(route: Route, id: string): Asked {
    const query = typeof route.service === 'string' ? '' : `?service=${route.service[0]}`;
    const headers = { 'idempotency-key': randomUUID(), 'if-match': '"999999"' };
    return {
      method: route.method,
      path: route.path.replace('{id}', id) + query,
      headers,
      ...(route.body && { json: bodyFor(route) }),
    };
  }

  /** The example, about things that exist. */
  function bodyFor(route: Route): unknown {
    const example = exampleOf(route.body!) as Record<string, unknown>;
    const lines = [{ productId: world.productId, quantity: 1 }];
    const changes: Partial<Record<keyof typeof routes, object>> = {
      register: { email: `${randomUUID()}@example.com` },
      placeOrder: { cartId: randomUUID(), lines },
      createProduct: { sku: `bola-${randomUUID()}` },
      refundOrder: { amountMinor: 1 },
      setStock: { quantity: 1_000 },
    };
    return { ...example, ...changes[route.name as keyof typeof routes] };
  }

  async function ask(route: Route, actor: Actor, id: string): Promise<Answered> {
    return world.ask(requestTo(route, id), await as[actor]());
  }

  it('When a route is in the table, then it has a row', () => {
    expect(Object.keys(matrix).sort()).toEqual(Object.keys(routes).sort());
  });

  it.each(cases)('When %s is asked for by the %s, then the answer is that of the table', async (_, actor, route) => {
    const { of, ...statuses } = expectedOf(route)!;
    const id = of ? mine[of] : world.productId;

    const answer = await ask(route, actor, id);

    expect(answer.status).toBe(statuses[actor]);
    if (answer.status === 404) expect(seenFrom(answer)).toEqual(seenFrom(await ask(route, actor, randomUUID())));
  });

  const ofMany = Object.values<Route>(routes).flatMap((route) =>
    typeof route.service === 'string' ? [] : route.service.map((service) => [route.path, service] as const),
  );
  it.each(ofMany)('When %s is asked for about %s, then that service answers', async (path, service) => {
    const answer = await world.ask({ path: `${path}?service=${service}` }, shop.admin);

    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { items: expect.any(Array), nextCursor: null }]);
  });

  it('When others list and export, then nothing of the owner is in it', async () => {
    const bob = await world.bob.again();
    const paths = ['/v1/orders?limit=100', '/v1/sessions?limit=100', '/v1/me', '/v1/me/export'];

    const answers = await Promise.all(paths.map((path) => world.ask({ path }, bob)));

    const { user } = JSON.parse((await world.ask({ path: '/v1/me/export' }, world.ada)).text) as {
      user: { id: string };
    };
    const owned = [user.id, world.orderId, world.ada.session.sessionId, world.ada.credentials.email];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(owned.filter((each) => answers.some(({ text }) => text.includes(each)))).toEqual([]);
  });
});

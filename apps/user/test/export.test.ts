import { exportMe } from '@towpath/api';
import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { answering, OrdersStandIn } from './given-orders.ts';
import { Person, type Tokens } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('exporting what is known of a person', () => {
  const orders = new OrdersStandIn();
  const shop = givenService(UserModule, {
    environment: async () => ({ ...(await userSettings()), ORDER_PROCESSOR_URL: await orders.start() }),
    outgoing: () => [orders.url],
  });
  afterAll(() => orders.stop());

  let ada: Person;
  beforeEach(async () => {
    ada = await Person.register(shop);
    orders.asked.length = 0;
    orders.reply = answering(200, { items: [], nextCursor: null });
  });

  const archive = ({ accessToken }: Tokens, headers = {}) =>
    shop.http.get('/v1/me/export', { token: accessToken, headers });
  const order = (id: string) => ({
    id,
    status: 'COMPLETED',
    total: { amountMinor: 1999, currency: 'EUR' },
    lines: [{ productId: id, quantity: 1, unitPrice: { amountMinor: 1999, currency: 'EUR' } }],
    cancelReason: null,
    refunded: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: 5,
  });

  it('When somebody asks for their data, then it is all there, and nothing of anybody else', async () => {
    await (await Person.register(shop, 'Grace')).logIn();
    const gone = await ada.logIn('Lynx/2.9');
    const here = await ada.logIn('curl/8.5.0');
    await shop.http.delete(`/v1/sessions/${gone.sessionId}`, undefined, { token: here.accessToken });
    const [first, second] = ['0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70', '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e71'].map(order);
    const cursor = 'c'.repeat(22);
    orders.reply = (request, response) =>
      answering(
        200,
        request.url?.includes('cursor')
          ? { items: [second], nextCursor: null }
          : { items: [first], nextCursor: cursor },
      )(request, response);

    const { status, headers, body } = await archive(here);

    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const session = { createdAt: moment, lastUsedAt: moment };
    expect({ status, cacheControl: headers['cache-control'], body }).toEqual({
      status: 200,
      cacheControl: 'no-store',
      body: {
        user: { id: expect.any(String), email: ada.email, name: 'Ada', roles: ['customer'], createdAt: moment },
        sessions: [
          { ...session, id: here.sessionId, userAgent: 'curl/8.5.0', endedAt: null },
          { ...session, id: gone.sessionId, userAgent: 'Lynx/2.9', endedAt: moment },
        ],
        events: [
          { at: moment, action: 'session.opened' },
          { at: moment, action: 'session.opened' },
        ],
        orders: [first, second],
      },
    });
    expect(exportMe.answers[200].safeParse(body).success).toBe(true);
    const authorization = `Bearer ${here.accessToken}`;
    expect(orders.asked).toEqual([
      { url: '/v1/orders?limit=100', authorization, deadline: true },
      { url: `/v1/orders?limit=100&cursor=${cursor}`, authorization, deadline: true },
    ]);
  });

  it('When something was done to somebody, then that is among the events, without who did it', async () => {
    const here = await ada.logIn();
    await shop.database.rows(sql`
      INSERT INTO audit_event (id, actor, action, subject, detail)
      SELECT gen_random_uuid(), 'operator:anna', 'role.granted', account_id, '{"role":"admin"}'
      FROM session WHERE id = ${here.sessionId}`);

    const { body } = await archive(here);

    expect(body.events).toContainEqual({ at: expect.any(String), action: 'role.granted' });
    expect(JSON.stringify(body)).not.toContain('anna');
  });

  it('When somebody has more orders than can be held, then the archive has the newest', async () => {
    const big = { ...order('0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70') };
    big.lines = Array.from({ length: 50 }, () => big.lines[0]!);
    orders.reply = answering(200, { items: Array(100).fill(big), nextCursor: 'c'.repeat(22) });

    const { body } = await archive(await ada.logIn());

    expect(body.orders).toHaveLength(200);
    expect(orders.asked).toHaveLength(2);
  });

  it('When very many ask at once, then few are served at a time, some wait and the rest is turned away', async () => {
    const here = await ada.logIn();
    const held: (() => void)[] = [];
    orders.reply = (request, response) =>
      held.push(() => answering(200, { items: [], nextCursor: null })(request, response));

    const statuses: number[] = [];
    const answers = Array.from({ length: 30 }, async () => statuses.push((await archive(here)).status));

    await shop.eventually(() => statuses).toEqual(Array<number>(6).fill(503));
    expect(held).toHaveLength(4);
    orders.reply = answering(200, { items: [], nextCursor: null });
    held.forEach((answer) => answer());
    await Promise.all(answers);
    expect(statuses.slice(6)).toEqual(Array<number>(24).fill(200));
  });

  it.each([
    ['refuses', answering(401, { type: '/problems/unauthenticated', status: 401 })],
    ['fails', answering(500, { type: '/problems/internal', status: 500 })],
    ['is full', answering(503, { type: '/problems/overloaded', status: 503 })],
    ['talks nonsense', answering(200, [])],
    ['has something else than orders', answering(200, { items: [{ id: '1' }], nextCursor: null })],
    ['hangs up', (request: { destroy(): void }) => request.destroy()],
    ['never answers', () => undefined],
  ])('When the order-processor %s, then the client is told to come back, within its time', async (_, reply) => {
    orders.reply = reply;
    const here = await ada.logIn();
    const before = performance.now();

    const answer = await archive(here, { 'x-request-timeout-ms': '500' });

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { type: '/problems/overloaded' },
    });
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

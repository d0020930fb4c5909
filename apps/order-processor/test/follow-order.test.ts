import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { Unavailable } from '@towpath/errors';
import { PaymentAuthorized, PaymentCaptured, StockReserved } from '@towpath/messages';
import { Metrics } from '@towpath/metrics';

import { OrderTimelineRepository } from '../src/following/order-timeline.repository.ts';
import { eventsIn, type Followed, Following } from './following.ts';
import { type Customer, givenShop, paid } from './given-shop.ts';

describe('following an order', () => {
  const shop = givenShop({ FOLLOW_EVERY_MS: '20', FOLLOWERS_PER_USER_MAX: '3', FOLLOWERS_MAX: '4' });

  const follow = (id: string, customer: Customer, lastEventId?: string | number) =>
    Following.start(shop, id, customer, lastEventId);
  const whole = async (id: string, customer: Customer, lastEventId?: number) => {
    const following = await follow(id, customer, lastEventId);
    await shop.service.eventually(() => following.hasEnded).toBe(true);
    return following;
  };
  const timelineOf = async (id: string, customer: Customer): Promise<Followed[]> => {
    const { timeline } = (await shop.read(id, customer)).body;
    return timeline.map((data: unknown, index: number) => ({ id: String(index + 1), data }));
  };
  const open = async () =>
    Number(/^order_followers (\d+)$/m.exec(await shop.service.get(Metrics).registry.metrics())?.[1]);

  const steps = [
    (orderId: string) => shop.hearsItself(orderId),
    (orderId: string) => shop.service.receives(StockReserved, { orderId }),
    (orderId: string) => shop.service.receives(PaymentAuthorized, paid(orderId)),
    (orderId: string) => shop.service.receives(PaymentCaptured, paid(orderId)),
  ];

  afterEach(() => shop.service.eventually(open).toBe(0));

  it('When an order goes its way, then each step is told as it happens, and the last one is the end', async () => {
    const { id, customer } = await shop.order('PLACED');
    const following = await follow(id, customer);
    expect(following.status).toBe(200);
    expect(Object.fromEntries(following.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });

    for (const [index, step] of steps.entries()) {
      await shop.service
        .eventually(() => following.ids)
        .toEqual(Array.from({ length: index + 1 }, (_, each) => each + 1));
      expect(following.hasEnded).toBe(false);
      await step(id);
    }

    await shop.service.eventually(() => following.hasEnded).toBe(true);
    expect(following.events).toEqual(await timelineOf(id, customer));
    expect(following.events.at(-1)?.data).toEqual({
      status: 'COMPLETED',
      at: (await shop.read(id, customer)).body.updatedAt,
      cause: 'payment captured',
    });
  });

  it('When the connection is cut at any byte, then what comes after it is neither lost nor doubled', async () => {
    const { id, customer } = await shop.settledOrder();
    await shop.refund(id, {}, await shop.customer(['admin']));
    const all = await timelineOf(id, customer);
    const { text } = await whole(id, customer);

    const rest = new Map<number, Followed[]>();
    for (let last = 0; last < all.length; last += 1) rest.set(last, (await whole(id, customer, last)).events);

    for (let cut = 0; cut <= text.length; cut += 1) {
      const before = eventsIn(text.slice(0, cut));
      const after = rest.get(Number(before.at(-1)?.id ?? 0)) ?? [];
      expect([...before, ...after]).toEqual(all);
    }
  });

  it('When a client is cut off after each event while the order goes on, then it hears each exactly once', async () => {
    const { id, customer } = await shop.order('PLACED');
    const heard: Followed[] = [];
    for (const step of [...steps, () => Promise.resolve()]) {
      const following = await follow(id, customer, heard.at(-1)?.id);
      await shop.service.eventually(() => following.events.length).toBeGreaterThan(0);
      heard.push(...following.events);
      following.leave();
      await step(id);
    }

    expect(heard).toEqual(await timelineOf(id, customer));
  });

  it('When all of a finished order was heard, then there is nothing more to come', async () => {
    const { id, customer } = await shop.order('COMPLETED');

    const following = await follow(id, customer, 5);

    expect([following.status, following.headers.get('content-type')]).toEqual([204, null]);
  });

  it('When a finished order is refunded, then who comes back hears of that', async () => {
    const { id, customer } = await shop.settledOrder();
    await shop.refund(id, {}, await shop.customer(['admin']));

    const following = await whole(id, customer, 5);

    expect(following.events).toMatchObject([{ id: '6', data: { status: 'COMPLETED', cause: 'refund asked' } }]);
  });

  it('When another process moves the order, then it is told here too', async () => {
    const { id, customer } = await shop.order('PLACED');
    const following = await follow(id, customer, 1);

    await shop.service.database.rows(sql`
      INSERT INTO order_timeline (order_id, version, status, cause, at) VALUES (${id}, 2, 'CANCELLED', 'elsewhere', now())`);

    await shop.service.eventually(() => following.hasEnded).toBe(true);
    expect(following.events).toMatchObject([{ id: '2', data: { status: 'CANCELLED', cause: 'elsewhere' } }]);
  });

  it('When the database is away for some looks, then what came meanwhile is told afterwards', async () => {
    const { id, customer } = await shop.order('PLACED');
    const following = await follow(id, customer);
    const looks = jest.spyOn(shop.service.get(OrderTimelineRepository), 'news');
    looks.mockRejectedValueOnce(new Unavailable()).mockRejectedValueOnce(new Error('a bug'));

    await shop.cancel(id, customer);

    await shop.service.eventually(() => following.hasEnded).toBe(true);
    expect(following.ids).toEqual([1, 2]);
    expect(looks.mock.results.length).toBeGreaterThan(2);
    looks.mockRestore();
  });

  it('When more has happened than is read at once, then all of it comes, in order', async () => {
    const { id, customer } = await shop.order('PLACED');
    await shop.service.database.rows(sql`
      INSERT INTO order_timeline (order_id, version, status, cause, at)
      SELECT ${id}, version, 'RESERVING', 'again', now() FROM generate_series(2, 250) AS version`);

    const following = await follow(id, customer);

    await shop.service.eventually(() => following.ids).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    following.leave();
  });

  it("When the order is another's, then it is not found, exactly as one that does not exist", async () => {
    const { id } = await shop.order('PLACED');
    const { token } = await shop.customer();
    const ask = (orderId: string) => shop.service.http.get(`/v1/orders/${orderId}/events`, { token });

    const [others, missing] = [await ask(id), await ask(randomUUID())];

    expect(others.status).toBe(404);
    expect({ ...others.body, instance: '', traceId: '' }).toEqual({ ...missing.body, instance: '', traceId: '' });
    expect(Object.keys(others.headers)).toEqual(Object.keys(missing.headers));
  });

  it('When an admin follows, then whose order it is does not matter', async () => {
    const { id, customer } = await shop.order('COMPLETED');

    const following = await whole(id, await shop.customer(['admin']));

    expect(following.events).toEqual(await timelineOf(id, customer));
  });

  it('When one user or all together follow too much, then more is turned away until somebody leaves', async () => {
    const [one, other] = [await shop.order('PLACED'), await shop.order('PLACED')];
    const own = await Promise.all([1, 2, 3].map(() => follow(one.id, one.customer)));
    expect(own.map(({ status }) => status)).toEqual([200, 200, 200]);

    const ofOne = await shop.service.http.get(`/v1/orders/${one.id}/events`, { token: one.customer.token });
    const others = await follow(other.id, other.customer);
    const ofAll = await shop.service.http.get(`/v1/orders/${other.id}/events`, { token: other.customer.token });

    const retryAfter = expect.stringMatching(/^\d+$/);
    expect(ofOne).toMatchObject({ status: 429, headers: { 'retry-after': retryAfter } });
    expect(others.status).toBe(200);
    expect(ofAll).toMatchObject({ status: 503, headers: { 'retry-after': retryAfter } });

    [...own, others].forEach((each) => each.leave());
    await shop.service.eventually(open).toBe(0);
    const again = await follow(one.id, one.customer);
    expect(again.status).toBe(200);
    again.leave();
  });

  it('When only the head is asked for, then nobody is counted as following', async () => {
    const { id, customer } = await shop.order('PLACED');

    await fetch(`${shop.service.url}/v1/orders/${id}/events`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${customer.token}` },
    });

    await shop.service.eventually(open).toBe(0);
  });

  it.each(['x', '-1', '1.5', '1e3', '9999999999', "1' OR 1=1"])(
    'When Last-Event-ID is %s, then it is refused',
    async (lastEventId) => {
      const { id, customer } = await shop.order('PLACED');

      const following = await follow(id, customer, lastEventId);

      expect(following.status).toBe(400);
    },
  );
});

import { randomUUID } from 'node:crypto';

import { givenShop } from './given-shop.ts';

describe('reading orders', () => {
  const shop = givenShop();

  it('When a customer lists orders, then only their own come, newest first, page by page', async () => {
    const customer = await shop.customer();
    const placed: string[] = [];
    for (let count = 0; count < 5; count += 1) placed.push((await shop.order('PLACED', customer)).id);
    await shop.order('PLACED');

    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await shop.service.http.get(`/v1/orders?limit=2${cursor && `&cursor=${cursor}`}`, {
        token: customer.token,
      });
      pages.push(page.body.items.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }

    const [one, two, three, four, five] = placed;
    expect(pages).toEqual([[five, four], [three, two], [one]]);
  });

  it('When a customer has no orders, then the list is empty', async () => {
    const { token } = await shop.customer();

    const reply = await shop.service.http.get('/v1/orders', { token });

    expect(reply).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
  });

  it('When an admin lists orders, then it is their own too', async () => {
    await shop.order('PLACED');
    const { token } = await shop.customer(['admin']);

    const reply = await shop.service.http.get('/v1/orders', { token });

    expect(reply.body.items).toEqual([]);
  });

  it('When an item of the list is read, then both tell the same', async () => {
    const { id, customer } = await shop.order('CONFIRMED');

    const list = await shop.service.http.get('/v1/orders', { token: customer.token });
    const { timeline, ...order } = (await shop.read(id, customer)).body;

    expect(list.body.items).toEqual([order]);
    expect(timeline).toHaveLength(4);
  });

  it("When the order is another's, then it is not found, exactly as one that does not exist", async () => {
    const { id } = await shop.order('PLACED');
    const stranger = await shop.customer();

    const [others, missing] = [await shop.read(id, stranger), await shop.read(randomUUID(), stranger)];

    expect(others.status).toBe(404);
    expect(masked(others.body)).toEqual(masked(missing.body));
    expect(maskedHeaders(others.headers)).toEqual(maskedHeaders(missing.headers));
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', randomUUID()])(
    'When the id is %s, of another version than ours, then there is no such order',
    async (id) => {
      const reply = await shop.read(id, await shop.customer());

      expect(reply).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
    },
  );

  it('When an admin reads an order, then whose it is does not matter', async () => {
    const { id, customer } = await shop.order('RESERVING');

    const reply = await shop.read(id, await shop.customer(['admin']));

    expect(reply).toMatchObject({ status: 200, body: (await shop.read(id, customer)).body });
  });
});

function masked(problem: Record<string, unknown>) {
  return { ...problem, instance: '', traceId: '' };
}

function maskedHeaders(headers: Readonly<Record<string, string>>) {
  return { ...headers, traceparent: '', date: '' };
}

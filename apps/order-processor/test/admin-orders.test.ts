import { type Database, type Sql, sql } from '@towpath/database';

import { AdminOrderRepository } from '../src/orders/admin-order.repository.ts';
import { type Customer, givenShop } from './given-shop.ts';
import { manyOrders, planOf } from './many-orders.ts';

describe('orders of everybody', () => {
  const shop = givenShop();
  let admin: Customer;
  beforeAll(async () => (admin = await shop.customer(['admin'])));

  const list = async (query = '') =>
    (await shop.service.http.get(`/v1/admin/orders${query}`, { token: admin.token })).body;
  const idsOf = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id);
  const noOrders = () => shop.service.database.rows(sql`TRUNCATE orders CASCADE`);
  const notMovedFor = (minutes: number, id: string) =>
    shop.service.database.rows(sql`
      UPDATE orders SET updated_at = now() - ${minutes} * interval '1 minute' WHERE id = ${id}`);

  it('When an admin lists them, then each tells whose it is, newest first, page by page', async () => {
    await noOrders();
    const placed = [await shop.order('PLACED'), await shop.order('COMPLETED'), await shop.order('RESERVING')];
    const [first, second, third] = placed.map(({ id }) => id);
    await shop.service.database.rows(sql`UPDATE orders SET needs_review = true WHERE id = ${second}`);

    const page = await list('?limit=2');
    const rest = await list(`?limit=2&cursor=${page.nextCursor}`);

    const { timeline: _, ...order } = (await shop.read(second!, admin)).body;
    expect(page.items[0]).toMatchObject({ id: third, customerId: placed[2]!.customer.id, needsReview: false });
    expect(page.items[1]).toEqual({ ...order, customerId: placed[1]!.customer.id, needsReview: true });
    expect(rest).toMatchObject({ items: [{ id: first }], nextCursor: null });
  });

  it('When a status is named, then only orders that have it come', async () => {
    await noOrders();
    const { id: placed } = await shop.order('PLACED');
    const { id: completed } = await shop.order('COMPLETED');
    const { id: settled } = await shop.settledOrder();
    const { id: cancelled, customer } = await shop.order('PLACED');
    await shop.cancel(cancelled, customer);

    expect(await idsOf('?status=PLACED')).toEqual([placed]);
    expect(await idsOf('?status=COMPLETED')).toEqual([settled, completed]);
    expect(await idsOf('?status=CANCELLED')).toEqual([cancelled]);
    expect(await idsOf('?status=CONFIRMED')).toEqual([]);
  });

  it('When stuck ones are looked for, then those come that are unsettled and have not moved for ten minutes', async () => {
    await noOrders();
    const { id: moving } = await shop.order('RESERVING');
    const { id: stuck } = await shop.order('RESERVING');
    const { id: uncommitted } = await shop.order('COMPLETED');
    const { id: settled } = await shop.settledOrder();
    await notMovedFor(9, moving);
    for (const id of [stuck, uncommitted, settled]) await notMovedFor(11, id);

    expect(await idsOf('?stuck=true')).toEqual([uncommitted, stuck]);
    expect(await idsOf('?stuck=false')).toEqual([settled, moving]);
    expect(await idsOf('?stuck=true&status=COMPLETED')).toEqual([uncommitted]);
  });

  it('When somebody else than an admin lists them, then it is forbidden', async () => {
    const { token } = await shop.customer();

    expect(await shop.service.http.get('/v1/admin/orders', { token })).toMatchObject({ status: 403 });
  });

  it.each(['?status=LOST', '?stuck=yes', '?userId=1', '?customerId=1'])(
    'When the query is %s, then it is refused',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400 });
    },
  );

  describe('when there are very many', () => {
    beforeAll(() => manyOrders(shop.service.database), 30_000);

    it.each([
      [{}, 'orders_pkey'],
      [{ stuck: 'false' }, 'orders_pkey'],
      [{ stuck: 'true' }, 'orders_open'],
      [{ status: 'CONFIRMED' }, 'orders_open'],
      [{ status: 'COMPLETED' }, 'orders_pkey'],
      [{ status: 'CANCELLED' }, 'orders_ended'],
    ] as const)('When %j are looked for, then %s finds a page', async (wanted, index) => {
      const { database } = shop.service;
      const asked = await askedBy(() => shop.service.get(AdminOrderRepository).page(wanted, { limit: 21 }));

      const plan = await planOf(database, asked);

      // Of the few that are open it may as well read all and sort them.
      const read = plan.flatMap(([, each]) => each?.replace('orders_unsettled', 'orders_open') ?? []);
      expect(read).toEqual([index]);
      expect(plan.map(([node]) => node)).not.toContain('Seq Scan');
    });
  });

  /** What a repository asks of its database. */
  async function askedBy(read: () => Promise<unknown>): Promise<Sql> {
    const rows = jest.spyOn(shop.service.get(AdminOrderRepository)['database'] as Database, 'rows');
    await read();
    const [statement] = rows.mock.lastCall as [Sql];
    rows.mockRestore();
    return statement;
  }
});

import { sql } from '@towpath/database';

import { CancelOverdueOrders } from '../src/orders/cancel-overdue-orders.use-case.ts';
import { givenShop } from './given-shop.ts';

describe('the deadline of an order', () => {
  const shop = givenShop();

  const passDeadline = (id: string) =>
    shop.service.database.rows(sql`UPDATE orders SET deadline_at = clock_timestamp() WHERE id = ${id}`);
  const check = () => shop.service.get(CancelOverdueOrders).execute();

  it.each([
    ['PLACED', ['order.cancelled.v1']],
    ['RESERVING', ['order.cancelled.v1', 'stock.release.v1']],
    ['AUTHORIZING', ['order.cancelled.v1', 'stock.release.v1', 'payment.cancel.v1']],
  ] as const)('When it passes while the order is %s, then the order is cancelled', async (status, says) => {
    const { id, customer } = await shop.order(status);
    await shop.forgetSaid(id);
    await passDeadline(id);

    await check();

    const { body } = await shop.read(id, customer);
    expect(body).toMatchObject({ status: 'CANCELLED', cancelReason: 'deadline' });
    expect(body.timeline.at(-1)).toMatchObject({ status: 'CANCELLED', cause: 'deadline passed' });
    expect((await shop.said(id)).map(({ type }) => type)).toEqual(says);
  });

  it.each(['CONFIRMED', 'COMPLETED'] as const)(
    'When it passes while the order is %s, then nothing happens',
    async (status) => {
      const { id } = await shop.order(status);
      await passDeadline(id);
      const before = await shop.row(id);

      await check();

      expect(await shop.row(id)).toEqual(before);
    },
  );

  it('When it has not passed, then nothing happens', async () => {
    const { id } = await shop.order('AUTHORIZING');
    const before = await shop.row(id);

    await check();

    expect(await shop.row(id)).toEqual(before);
  });

  it('When somebody else is changing the order, then the others are not kept waiting', async () => {
    const [busy, free] = [await shop.order('RESERVING'), await shop.order('RESERVING')];
    await passDeadline(busy.id);
    await passDeadline(free.id);

    await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`UPDATE orders SET deadline_at = now() + interval '1 hour' WHERE id = ${busy.id}`);
      await check();
    });

    expect(await shop.row(free.id)).toMatchObject({ status: 'CANCELLED' });
    expect(await shop.row(busy.id)).toMatchObject({ status: 'RESERVING' });
  });

  it('When one order cannot be cancelled, then the others are', async () => {
    const [broken, good] = [await shop.order('RESERVING'), await shop.order('RESERVING')];
    await passDeadline(broken.id);
    await passDeadline(good.id);

    await shop.breakFor(broken.id, check);

    expect(await shop.row(good.id)).toMatchObject({ status: 'CANCELLED' });
    expect(await shop.row(broken.id)).toMatchObject({ status: 'RESERVING' });
  });

  it('When an order is placed, then the database counts the deadline from there', async () => {
    const { id } = await shop.order('PLACED');

    const { seconds } = await shop.service.database.one<{ seconds: number }>(sql`
      SELECT extract(epoch FROM deadline_at - created_at)::int AS seconds FROM orders WHERE id = ${id}`);

    expect(seconds).toBe(60);
  });
});

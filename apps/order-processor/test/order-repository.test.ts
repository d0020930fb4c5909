import { sql } from '@towpath/database';
import { StockCommitted, StockReserved } from '@towpath/messages';

import { react } from '../src/orders/order.machine.ts';
import { OrderRepository } from '../src/orders/order.repository.ts';
import { givenShop } from './given-shop.ts';

describe('changing an order', () => {
  const shop = givenShop({ DATABASE_LOCK_MS: '2000' });

  it('When the order is not as it was read, then nothing is stored', async () => {
    const { id, customer } = await shop.order('RESERVING');
    const orders = shop.service.get(OrderRepository);
    const stale = await shop.service.database.transaction((tx) => orders.lock(tx, id));
    await shop.cancel(id, customer);
    const before = await shop.row(id);

    const late = shop.service.database.transaction((tx) =>
      orders.save(tx, stale!, react(stale!, 'RESERVED')!.order, 'too late'),
    );

    await expect(late).rejects.toThrow('Expected one row, found none.');
    expect(await shop.row(id)).toEqual(before);
  });

  it('When a report comes while the order is being cancelled, then it waits and finds it cancelled', async () => {
    const { id } = await shop.order('RESERVING');

    const { delivery } = await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`
        UPDATE orders SET status = 'CANCELLED', cancel_reason = 'customer', version = version + 1 WHERE id = ${id}`);
      const underWay = shop.service.receives(StockReserved, { orderId: id });
      await someoneWaitsForTheLock();
      return { delivery: () => underWay };
    });

    expect((await delivery()).acked).toBe(true);
    expect(await shop.row(id)).toMatchObject({ status: 'CANCELLED', version: 3, stock_seen: 'RESERVED' });
  });

  it('When a change waited for the lock, then its time is that of the change, so a timeline never goes back', async () => {
    const { id, customer } = await shop.order('RESERVING');

    const { reply, released } = await shop.service.database.transaction(async (tx) => {
      await tx.run(sql`SELECT 1 FROM orders WHERE id = ${id} FOR UPDATE`);
      const cancelling = shop.cancel(id, customer);
      await someoneWaitsForTheLock();
      const { now } = await tx.one<{ now: Date }>(sql`SELECT clock_timestamp() AS now`);
      return { reply: () => cancelling, released: now };
    });

    const { body } = await reply();
    expect(new Date(body.updatedAt).getTime()).toBeGreaterThanOrEqual(released.getTime());
  });

  it('When a settled order hears something once more, then it stays settled since then', async () => {
    const { id } = await shop.order('COMPLETED');
    await shop.hearsItself(id);
    await shop.service.receives(StockCommitted, { orderId: id });
    const { settled_at: settledAt } = await shop.row(id);

    await shop.service.receives(StockCommitted, { orderId: id }, { snapshot: true });

    expect(settledAt).toEqual(expect.any(Date));
    expect(await shop.row(id)).toMatchObject({ settled_at: settledAt });
  });

  async function someoneWaitsForTheLock(): Promise<void> {
    await shop.service
      .eventually(() =>
        shop.service.database.rows(sql`
          SELECT wait_event_type AS waits FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'SELECT%FOR UPDATE%' AND wait_event_type = 'Lock'`),
      )
      .toEqual([{ waits: 'Lock' }]);
  }
});

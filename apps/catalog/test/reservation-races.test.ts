import { Sql, sql } from '@towpath/database';

import { givenCatalog } from './given-catalog.ts';

describe('reservations at the same time', () => {
  const catalog = givenCatalog();

  it('When 100 orders want one of the last 10 pieces, then exactly 10 get one', async () => {
    const { id: productId } = await catalog.product({ stock: 10 });
    const orders = Array.from({ length: 100 }, () => catalog.order({ productId, quantity: 1 }));

    await Promise.all(orders.map((order) => untilAcked(order.reserve)));

    const states = await Promise.all(orders.map((order) => order.state()));
    expect(states.filter((state) => state === 'RESERVED')).toHaveLength(10);
    expect(states.filter((state) => state === 'REJECTED')).toHaveLength(90);
    expect(await catalog.shelf(productId)).toEqual({ stock: 10, reserved: 10 });

    await Promise.all(orders.map((order) => untilAcked(order.release)));
    expect(await catalog.shelf(productId)).toEqual({ stock: 10, reserved: 0 });
  });

  it('When orders name the same products in different sequences, then all are served', async () => {
    const products = await Promise.all(Array.from({ length: 4 }, () => catalog.product({ stock: 1_000 })));
    const lines = products.map(({ id }) => ({ productId: id, quantity: 1 }));
    const orders = Array.from({ length: 60 }, (_, index) => catalog.order(...(index % 2 ? lines : lines.toReversed())));

    await Promise.all(orders.map((order) => untilAcked(order.reserve)));
    await Promise.all(orders.map((order, index) => untilAcked(index % 3 ? order.commit : order.release)));

    expect(await Promise.all(products.map(({ id }) => catalog.shelf(id)))).toEqual(
      Array(4).fill({ stock: 960, reserved: 0 }),
    );
  });

  it('When an order waits for the first of its products, then it holds none of those behind', async () => {
    const products = await Promise.all([catalog.product(), catalog.product()]);
    const [first, second] = products.map(({ id }) => id).sort() as [string, string];
    const order = catalog.order({ productId: second, quantity: 1 }, { productId: first, quantity: 1 });
    const { database } = catalog.service;
    // Behind the second one in the table, which is read from its beginning: only an explicit sequence locks it first.
    await database.rows(sql`UPDATE product SET name = 'Moved' WHERE id = ${first}`);
    await database.rows(sql`ANALYZE product`);

    const { underWay } = await database.transaction(async (tx) => {
      await tx.run(sql`SELECT FROM product WHERE id = ${first} FOR UPDATE`);
      const delivery = order.reserve();
      await catalog.service.eventually(() => catalog.waiting()).toBe(1);
      await database.rows(sql`SELECT FROM product WHERE id = ${second} FOR UPDATE NOWAIT`);
      return { underWay: delivery };
    });

    expect(await underWay).toMatchObject({ acked: true });
  });

  it('When the last piece goes while an order waits for it, then the order is rejected at once', async () => {
    const { id: productId } = await catalog.product({ stock: 1 });
    const order = catalog.order({ productId, quantity: 1 });
    const before = await catalog.retries();

    const { underWay } = await catalog.service.database.transaction(async (tx) => {
      await tx.run(sql`UPDATE product SET reserved = 1 WHERE id = ${productId}`);
      const delivery = order.reserve();
      await catalog.service.eventually(() => catalog.waiting()).toBe(1);
      return { underWay: delivery };
    });
    await underWay;

    expect(await order.state()).toBe('REJECTED');
    expect(await catalog.retries()).toBe(before);
  });

  it('When somebody else is changing a reservation, then its state is reported after that', async () => {
    const { id: productId } = await catalog.product({ stock: 1 });
    const order = catalog.order({ productId, quantity: 1 });
    await order.release();

    const { underWay } = await catalog.service.database.transaction(async (tx) => {
      await tx.run(sql`UPDATE reservation SET state = 'REJECTED' WHERE order_id = ${order.orderId}`);
      const delivery = order.release({ snapshot: true });
      await catalog.service.eventually(() => catalog.waiting()).toBe(1);
      return { underWay: delivery };
    });
    await underWay;

    expect((await order.said()).at(-1)).toEqual({ type: 'stock.rejected.v1', snapshot: true });
  });

  it.each(['stock = -1, reserved = -1', 'reserved = 2', 'reserved = -1'])(
    'When anything would set %s of one piece, then the table refuses',
    async (change) => {
      const { id } = await catalog.product({ stock: 1 });
      const update = sql`UPDATE product SET ${new Sql([change], [])} WHERE id = ${id}`;

      await expect(catalog.service.database.rows(update)).rejects.toThrow('violates check constraint');
    },
  );

  it('When stock is set while orders take it, then no piece is sold twice and none is lost', async () => {
    const { id: productId } = await catalog.product({ stock: 20 });
    const admin = await catalog.asAdmin();
    const orders = Array.from({ length: 30 }, () => catalog.order({ productId, quantity: 1 }));

    const settings = Array.from({ length: 10 }, () =>
      catalog.service.http.put(`/v1/products/${productId}/stock`, { quantity: 15 }, admin),
    );
    await Promise.all(orders.map((order) => untilAcked(order.reserve)));
    const statuses = (await Promise.all(settings)).map(({ status }) => status);

    const states = await Promise.all(orders.map((order) => order.state()));
    const { stock, reserved } = await catalog.shelf(productId);
    expect(new Set([...statuses, 200, 409])).toEqual(new Set([200, 409]));
    expect(reserved).toBe(states.filter((state) => state === 'RESERVED').length);
    expect(reserved).toBe(stock);
  });

  /** As a sender does: until the receiver says that it has it. */
  async function untilAcked(deliver: (delivery: object) => Promise<{ acked: boolean }>): Promise<void> {
    while (!(await deliver({})).acked);
  }
});

import { newId, sql } from '@towpath/database';
import { ReserveStock } from '@towpath/messages';
import { DeadLetters } from '@towpath/messaging';

import { givenCatalog } from './given-catalog.ts';

const reserved = { type: 'stock.reserved.v1', snapshot: false };
const rejected = { type: 'stock.rejected.v1', snapshot: false };
const committed = { type: 'stock.committed.v1', snapshot: false };
const released = { type: 'stock.released.v1', snapshot: false };

describe('stock commands', () => {
  const catalog = givenCatalog({ DATABASE_LOCK_MS: '50' });

  it('When an order is reserved and committed, then its goods are held, then sold, and each is reported', async () => {
    const [lantern, rope] = [await catalog.product({ stock: 5 }), await catalog.product({ stock: 2 })];
    const order = catalog.order({ productId: lantern.id, quantity: 3 }, { productId: rope.id, quantity: 2 });

    expect(await order.reserve()).toMatchObject({ acked: true });
    expect([await catalog.shelf(lantern.id), await catalog.shelf(rope.id)]).toEqual([
      { stock: 5, reserved: 3 },
      { stock: 2, reserved: 2 },
    ]);

    expect(await order.commit()).toMatchObject({ acked: true });
    expect([await catalog.shelf(lantern.id), await catalog.shelf(rope.id)]).toEqual([
      { stock: 2, reserved: 0 },
      { stock: 0, reserved: 0 },
    ]);
    expect(await order.said()).toEqual([reserved, committed]);
  });

  it('When a reserved order is released, then its goods can be sold again', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 5 });

    await order.reserve();
    await order.release();

    expect(await catalog.shelf(productId)).toEqual({ stock: 5, reserved: 0 });
    expect(await order.said()).toEqual([reserved, released]);
  });

  it('When one of several products is not there, then nothing is held and that is final', async () => {
    const [lantern, rope] = [await catalog.product({ stock: 5 }), await catalog.product({ stock: 1 })];
    const order = catalog.order({ productId: lantern.id, quantity: 1 }, { productId: rope.id, quantity: 2 });

    await order.reserve();
    expect([await catalog.shelf(lantern.id), await catalog.shelf(rope.id)]).toEqual([
      { stock: 5, reserved: 0 },
      { stock: 1, reserved: 0 },
    ]);

    await catalog.service.http.put(`/v1/products/${rope.id}/stock`, { quantity: 9 }, await catalog.asAdmin());
    await order.reserve();
    expect(await order.state()).toBe('REJECTED');
    expect(await order.said()).toEqual([rejected]);
  });

  it('When a product is unknown, then the order is rejected', async () => {
    const order = catalog.order({ productId: newId(), quantity: 1 });

    await order.reserve();

    expect(await order.said()).toEqual([rejected]);
  });

  it('When an order names a product twice, then both lines count', async () => {
    const { id: productId } = await catalog.product({ stock: 3 });
    const tooMuch = catalog.order({ productId, quantity: 2 }, { productId, quantity: 2 });
    const fitting = catalog.order({ productId, quantity: 2 }, { productId, quantity: 1 });

    await tooMuch.reserve();
    await fitting.reserve();
    await fitting.commit();

    expect([await tooMuch.said(), await fitting.said()]).toEqual([[rejected], [reserved, committed]]);
    expect(await catalog.shelf(productId)).toEqual({ stock: 0, reserved: 0 });
  });

  it('When more is asked for than any shelf holds, then the order is rejected', async () => {
    const { id: productId } = await catalog.product();
    const order = catalog.order({ productId, quantity: Number.MAX_SAFE_INTEGER });

    await order.reserve();

    expect(await order.said()).toEqual([rejected]);
  });

  it('When a release comes first, then a late reservation holds nothing', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 1 });

    await order.release();
    await order.reserve();

    expect(await order.state()).toBe('RELEASED');
    expect(await catalog.shelf(productId)).toEqual({ stock: 5, reserved: 0 });
    expect(await order.said()).toEqual([released]);
  });

  it('When a command changes nothing, then it is silent, unless it was said again', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 1 });
    await order.reserve();

    await order.reserve();
    expect(await order.said()).toEqual([reserved]);

    await order.reserve({ snapshot: true });
    expect(await order.said()).toEqual([reserved, { ...reserved, snapshot: true }]);
    expect(await catalog.shelf(productId)).toEqual({ stock: 5, reserved: 1 });
  });

  it('When a command said again changes something, then its one report is a snapshot', async () => {
    const { id: productId } = await catalog.product();
    const order = catalog.order({ productId, quantity: 1 });

    await order.reserve({ snapshot: true });

    expect(await order.said()).toEqual([{ ...reserved, snapshot: true }]);
  });

  it('When a command is illegal, then it is an anomaly, changes nothing, and is answered only if said again', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 2 });
    const stranger = catalog.order();
    await order.reserve();
    await order.commit();

    expect(await order.release()).toMatchObject({ acked: true });
    expect(await order.said()).toEqual([reserved, committed]);
    await order.release({ snapshot: true });
    await stranger.commit({ snapshot: true });

    const illegal = { kind: 'illegal', orderId: order.orderId, command: 'ReleaseStock', state: 'COMMITTED' };
    expect(await catalog.anomalies(order.orderId)).toEqual([illegal, illegal]);
    expect(await catalog.anomalies(stranger.orderId)).toMatchObject([{ command: 'CommitStock', state: 'none' }]);
    expect(await order.said()).toEqual([reserved, committed, { ...committed, snapshot: true }]);
    expect([await stranger.state(), await stranger.said()]).toEqual([undefined, []]);
    expect(await catalog.shelf(productId)).toEqual({ stock: 3, reserved: 0 });
  });

  it('When a message comes several times at once, then it is acknowledged each time and has its effect once', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 2 });
    const delivery = { id: newId(), version: 1 };

    const deliveries = await Promise.all([order.reserve(delivery), order.reserve(delivery), order.reserve(delivery)]);

    expect(deliveries.map(({ acked }) => acked)).toEqual([true, true, true]);
    expect(await catalog.shelf(productId)).toEqual({ stock: 5, reserved: 2 });
    expect(await order.said()).toEqual([reserved]);
  });

  it('When a message is poison, then it is put aside and the good one behind it is handled', async () => {
    const { id: productId } = await catalog.product();
    const order = catalog.order({ productId, quantity: 1 });
    const lines = [{ productId, quantity: -1 }];

    const { acked, envelope } = await catalog.service.receives(ReserveStock, { orderId: order.orderId, lines });
    await order.reserve({ version: envelope.aggregateversion });

    expect(acked).toBe(true);
    expect(await deadLetters()).toContainEqual(
      expect.objectContaining({ message_id: envelope.id, reason: 'invalid-data' }),
    );
    expect(await order.said()).toEqual([reserved]);
  });

  it('When a product is locked for a while, then the message is tried again until it has its effect', async () => {
    const { id: productId } = await catalog.product();
    const order = catalog.order({ productId, quantity: 1 });
    const before = await catalog.retries();

    const { underWay } = await catalog.service.database.transaction(async (tx) => {
      await tx.run(sql`SELECT FROM product WHERE id = ${productId} FOR UPDATE`);
      const delivery = order.reserve();
      await catalog.service.eventually(() => catalog.retries()).toBeGreaterThan(before);
      return { underWay: delivery };
    });

    expect(await underWay).toMatchObject({ acked: true });
    expect(await order.said()).toEqual([reserved]);
  });

  it('When a message fails for good, then its stream waits, and goes on once it is redriven', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const order = catalog.order({ productId, quantity: 2 });
    await order.reserve();
    await catalog.service.database.rows(sql`UPDATE product SET reserved = 0 WHERE id = ${productId}`);

    const { acked, envelope } = await order.commit();
    await order.commit({ version: 3, snapshot: true });
    expect(acked).toBe(true);
    expect(await order.said()).toEqual([reserved]);

    await catalog.service.database.rows(sql`UPDATE product SET reserved = 2 WHERE id = ${productId}`);
    const letter = (await deadLetters()).find(({ message_id }) => message_id === envelope.id);
    expect(letter).toMatchObject({ reason: 'handler-failed', attempts: 5 });
    await catalog.service.get(DeadLetters).redrive(letter!.id, 'a test', 'mended');
    expect(await order.said()).toEqual([reserved, committed, { ...committed, snapshot: true }]);
    expect(await catalog.shelf(productId)).toEqual({ stock: 3, reserved: 0 });
  });

  const deadLetters = () => catalog.service.get(DeadLetters).list();
});

import { Sql, sql } from '@towpath/database';
import { Metrics } from '@towpath/metrics';

import { PreloadProducts } from '../src/products/preload-products.use-case.ts';
import { givenCatalog } from './given-catalog.ts';

describe('products in memory', () => {
  const catalog = givenCatalog({ PRELOAD_PRODUCTS: '2' });
  const { service } = catalog;

  it('When a product was read, then it is read from memory, even if another process changes it', async () => {
    const { id } = await catalog.product({ stock: 5 });
    expect(await catalog.available(id)).toBe(5);

    await elsewhere(id, 4);

    expect(await catalog.available(id)).toBe(5);
  });

  it('When goods are reserved, sold or released here, then the next reader sees it', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    const [sold, released] = [catalog.order({ productId, quantity: 3 }), catalog.order({ productId, quantity: 1 })];
    const seen = [await catalog.available(productId)];

    for (const step of [sold.reserve, released.reserve, released.release]) {
      await step();
      seen.push(await catalog.available(productId));
    }
    await service.database.rows(sql`UPDATE product SET stock = stock + 1 WHERE id = ${productId}`);
    await sold.commit();
    seen.push(await catalog.available(productId));

    expect(seen).toEqual([5, 2, 1, 2, 3]);
  });

  it('When stock is set here, then the next reader sees it', async () => {
    const { id } = await catalog.product({ stock: 5 });
    await catalog.available(id);

    await service.http.put(`/v1/products/${id}/stock`, { quantity: 9 }, await catalog.asAdmin());

    expect(await catalog.available(id)).toBe(9);
  });

  it.each(['product', 'reservation'])(
    'When a product is read while a change of it waits for the table %s, then the next reader still sees the change',
    async (table) => {
      const { id: productId } = await catalog.product({ stock: 5 });
      const order = catalog.order({ productId, quantity: 2 });
      const admin = await catalog.asAdmin();
      const { database } = service;
      await database.rows(sql`
        CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'`);
      const on = new Sql([table], []);
      await database.rows(
        sql`CREATE TRIGGER wait BEFORE INSERT OR UPDATE ON ${on} FOR EACH ROW EXECUTE FUNCTION wait()`,
      );

      const { underWay } = await database.transaction(async (tx) => {
        await tx.run(sql`SELECT pg_advisory_xact_lock(1)`);
        const change =
          table === 'product'
            ? service.http.put(`/v1/products/${productId}/stock`, { quantity: 3 }, admin)
            : order.reserve();
        await service.eventually(() => catalog.waiting()).toBe(1);
        expect(await catalog.available(productId)).toBe(5);
        return { underWay: change };
      });
      await underWay;

      expect(await catalog.available(productId)).toBe(3);
      await database.rows(sql`DROP TRIGGER wait ON ${on}`);
    },
  );

  it('When memory says that there is one left and there is none, then the database decides', async () => {
    const { id: productId } = await catalog.product({ stock: 1 });
    await catalog.available(productId);
    await elsewhere(productId, 0);

    const order = catalog.order({ productId, quantity: 1 });
    await order.reserve();

    expect(await catalog.available(productId)).toBe(1);
    expect(await order.state()).toBe('REJECTED');
  });

  it('When products are preloaded, then those read most are fresh in memory and the others are left', async () => {
    const products = [await catalog.product(), await catalog.product(), await catalog.product()];
    const [hot, warm, cold] = products.map(({ id }) => id) as [string, string, string];
    for (const id of [...Array(20).fill(hot), ...Array(10).fill(warm), cold]) await catalog.available(id);
    for (const id of [hot, warm, cold]) await elsewhere(id, 7);

    await service.get(PreloadProducts).execute();

    const before = await misses();
    expect([await catalog.available(hot), await catalog.available(warm), await catalog.available(cold)]).toEqual([
      7, 7, 10,
    ]);
    expect(await misses()).toBe(before);
  });

  it('When counts are older than yesterday, then they no longer count', async () => {
    const { id } = await catalog.product();
    await service.database.rows(sql`DELETE FROM product_reads`);
    await service.database.rows(sql`
      INSERT INTO product_reads (day, product_id, count) VALUES (current_date - 2, ${id}, 1000), (current_date - 1, ${id}, 1)`);

    await service.get(PreloadProducts).execute();

    const rows = await service.database.rows(sql`SELECT count FROM product_reads WHERE product_id = ${id}`);
    expect(rows).toEqual([{ count: 1 }]);
  });

  function elsewhere(id: string, stock: number): Promise<object[]> {
    return service.database.rows(sql`UPDATE product SET stock = ${stock} WHERE id = ${id}`);
  }

  async function misses(): Promise<number> {
    const { values } = await service.get(Metrics).registry.getSingleMetric('cache_reads_total')!.get();
    return values.find(({ labels }) => labels['result'] === 'miss')?.value ?? 0;
  }
});

describe('products in memory from the start on', () => {
  const catalog = givenCatalog({ ROLE: 'api', PRELOAD_EVERY_MS: '20' });
  const { service } = catalog;

  it('When a process only answers requests, then it preloads too', async () => {
    const { id } = await catalog.product({ stock: 5 });
    await catalog.available(id);
    await service.database.rows(sql`UPDATE product SET stock = 6 WHERE id = ${id}`);

    await service.eventually(() => catalog.available(id)).toBe(6);
  });
});

import { sql } from '@towpath/database';

import type { Product } from '../src/products/product.ts';
import { SayProductsAgain } from '../src/products/say-products-again.use-case.ts';
import { givenCatalog } from './given-catalog.ts';

const changed = { type: 'product.changed.v1', snapshot: true };

describe('products said again', () => {
  const catalog = givenCatalog({ SAY_AGAIN_BATCH: '3' });
  const { service } = catalog;
  const sayAgain = () => service.get(SayProductsAgain).execute();

  it('When a minute has passed since a product was said, then it is said once more, and then daily', async () => {
    const { id } = await catalog.product();

    const turns = [];
    for (const step of ['0 s', '50 s', '10 s', '61 s', '23 h 50 min', '9 min', '1 h']) {
      await pass(step);
      await sayAgain();
      turns.push((await catalog.said(id)).length);
    }

    expect(turns).toEqual([1, 1, 2, 2, 2, 3, 3]);
    expect(await catalog.said(id)).toEqual([changed, changed, changed]);
  });

  it('When many are due, then each turn says a few, the longest due first', async () => {
    const products: Product[] = [];
    for (let count = 0; count < 5; count += 1) products.push(await catalog.product());
    await service.database.rows(sql`UPDATE product SET say_again_at = 'infinity'`);
    for (const [index, { id }] of products.entries()) {
      const due = sql`now() - ${60 + index} * interval '1 s'`;
      await service.database.rows(sql`UPDATE product SET say_again_at = ${due} WHERE id = ${id}`);
    }
    await service.database.rows(sql`ANALYZE product`);
    const times = () => Promise.all(products.map(async ({ id }) => (await catalog.said(id)).length));

    await sayAgain();
    expect(await times()).toEqual([1, 1, 2, 2, 2]);
    await sayAgain();
    expect(await times()).toEqual([2, 2, 2, 2, 2]);
  });

  it('When another process is saying them, then they are not said twice', async () => {
    const { id } = await catalog.product();
    await pass('2 min');

    await Promise.all(Array.from({ length: 5 }, sayAgain));

    expect(await catalog.said(id)).toEqual([changed, changed]);
  });

  it('When a product cannot be said, then it stays due', async () => {
    const { id } = await catalog.product();
    await pass('2 min');
    await service.database.rows(sql`ALTER TABLE outbox ADD CONSTRAINT broken CHECK (false) NOT VALID`);

    await expect(sayAgain()).rejects.toThrow('broken');

    await service.database.rows(sql`ALTER TABLE outbox DROP CONSTRAINT broken`);
    await sayAgain();
    expect(await catalog.said(id)).toEqual([changed, changed]);
  });

  it('When the stock of a product changes, then nobody is told', async () => {
    const { id: productId } = await catalog.product();

    await catalog.order({ productId, quantity: 1 }).reserve();
    await service.http.put(`/v1/products/${productId}/stock`, { quantity: 3 }, await catalog.asAdmin());

    expect(await catalog.said(productId)).toEqual([changed]);
  });

  /** Time goes by for all products. */
  async function pass(time: string): Promise<void> {
    await service.database.rows(sql`UPDATE product SET say_again_at = say_again_at - ${time}::interval`);
  }
});

describe('products said again by itself', () => {
  const catalog = givenCatalog({ SAY_AGAIN_POLL_MS: '20', SAY_AGAIN_AFTER_MS: '1', SAY_AGAIN_EVERY_MS: '1' });

  it('When a product was added, then it is said again without anybody asking', async () => {
    const { id } = await catalog.product();

    await catalog.service.eventually(async () => (await catalog.said(id)).length).toBeGreaterThan(2);
  });
});

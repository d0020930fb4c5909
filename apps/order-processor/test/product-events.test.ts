import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { ProductChanged } from '@towpath/messages';

import { describeConsumer } from './consumer-contract.ts';
import { givenShop } from './given-shop.ts';

describe('events of products', () => {
  const shop = givenShop({ DATABASE_LOCK_MS: '50' });

  const changed = (productId: string, amountMinor: number) => ({
    message: ProductChanged,
    data: { productId, sku: 'SKU-1', name: 'Rope', price: { amountMinor, currency: 'EUR' } },
  });
  const priceOf = async (productId: string) => {
    const row = await shop.service.database.maybeOne<{ amount_minor: number }>(sql`
      SELECT amount_minor FROM product_price WHERE product_id = ${productId}`);
    return row?.amount_minor;
  };

  describeConsumer(shop, {
    table: sql`product_price`,
    scene: async () => {
      const productId = randomUUID();
      return {
        first: { ...changed(productId, 100), version: 1 },
        second: changed(productId, 200),
        look: () => priceOf(productId),
        untouched: undefined,
        afterFirst: 100,
        afterBoth: 200,
      };
    },
  });

  it('When the price of a product changes, then the next order pays the new one and the last keeps the old', async () => {
    const customer = await shop.customer();
    const productId = await shop.product({ amountMinor: 100, currency: 'EUR' });
    const before = await shop.post(shop.checkout(productId), customer);

    await shop.service.receives(ProductChanged, changed(productId, 200).data);
    const after = await shop.post(shop.checkout(productId), customer);

    expect(after.body.total).toEqual({ amountMinor: 400, currency: 'EUR' });
    expect((await shop.read(before.body.id, customer)).body.total).toEqual({ amountMinor: 200, currency: 'EUR' });
  });
});

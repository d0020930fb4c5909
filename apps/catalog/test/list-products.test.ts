import { sql } from '@towpath/database';

import { givenCatalog } from './given-catalog.ts';

describe('the list of products', () => {
  const catalog = givenCatalog();
  const { service } = catalog;
  const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

  it('When there are none, then the list is empty', async () => {
    expect(await service.http.get('/v1/products')).toMatchObject({
      status: 200,
      body: { items: [], nextCursor: null },
    });
  });

  it('When pages are read one after another, then each product comes once, also those added meanwhile', async () => {
    const known = [];
    for (let count = 0; count < 4; count += 1) known.push(await catalog.product());
    // The first one moves to the end of the table.
    await service.database.rows(sql`UPDATE product SET sku = sku WHERE id = ${known[0]?.id}`);
    await service.database.rows(sql`ANALYZE product`);

    const first = await service.http.get('/v1/products?limit=2');
    expect(first.body.items).toEqual(known.slice(0, 2));

    known.push(await catalog.product());
    const second = await service.http.get(`/v1/products?limit=2&cursor=${first.body.nextCursor}`);
    const third = await service.http.get(`/v1/products?limit=2&cursor=${second.body.nextCursor}`);
    expect([...ids(first.body), ...ids(second.body), ...ids(third.body)]).toEqual(known.map(({ id }) => id));
    expect(third.body.nextCursor).toBeNull();
  });

  it('When exactly the last products fill a page, then there is no next one', async () => {
    const { body } = await service.http.get('/v1/products?limit=5');

    expect(ids(body)).toHaveLength(5);
    expect(body.nextCursor).toBeNull();
  });

  it('When a cursor points behind the last product, then the page is empty', async () => {
    const behind = Buffer.alloc(16, 0xff).toString('base64url');

    expect((await service.http.get(`/v1/products?cursor=${behind}`)).body).toEqual({ items: [], nextCursor: null });
  });

  it('When goods are reserved, then the list shows at once how many are left', async () => {
    const { id: productId } = await catalog.product({ stock: 4 });
    await catalog.order({ productId, quantity: 3 }).reserve();

    const { body } = await service.http.get('/v1/products?limit=100');

    expect(body.items.at(-1)).toMatchObject({ id: productId, available: 1 });
  });
});

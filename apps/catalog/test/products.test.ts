import { newId, sql } from '@towpath/database';
import { ProductChanged } from '@towpath/messages';

import { aProduct, givenCatalog } from './given-catalog.ts';

describe('products', () => {
  const catalog = givenCatalog();
  const { service } = catalog;

  it('When an admin adds a product, then it can be read and others are told of it', async () => {
    const wanted = aProduct({ name: 'Windlass', stock: 7 });

    const added = await service.http.post('/v1/products', wanted, await catalog.asAdmin());

    const { id, sku, name, price } = added.body;
    const { stock, ...said } = wanted;
    expect(added).toMatchObject({ status: 201, headers: { location: `/v1/products/${id}` } });
    expect(added.body).toEqual({ id, ...said, available: stock, version: 1 });
    expect(await service.http.get(`/v1/products/${id}`)).toMatchObject({ status: 200, body: added.body });
    expect(await service.said(ProductChanged)).toContainEqual({ productId: id, sku, name, price });
    expect(await catalog.said(id)).toEqual([{ type: 'product.changed.v1', snapshot: true }]);
  });

  it('When the SKU is taken, then the second product is refused and never said', async () => {
    const { id, sku } = await catalog.product();

    const second = await service.http.post('/v1/products', aProduct({ sku }), await catalog.asAdmin());

    expect(second).toMatchObject({
      status: 409,
      body: { type: '/problems/already-exists', errors: [{ pointer: '/sku' }] },
    });
    expect(await withSku(sku)).toEqual([id]);
    expect((await service.said(ProductChanged)).filter((each) => each.sku === sku)).toHaveLength(1);
  });

  it('When many add the same SKU at once, then one succeeds', async () => {
    const wanted = aProduct();
    const admin = await catalog.asAdmin();

    const replies = await Promise.all(
      Array.from({ length: 8 }, () => service.http.post('/v1/products', wanted, admin)),
    );

    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    expect(await withSku(wanted.sku)).toHaveLength(1);
  });

  it('When a product does not exist, then it is not found, whoever asks for what', async () => {
    const path = `/v1/products/${newId()}`;

    const replies = [
      await service.http.get(path),
      await service.http.put(`${path}/stock`, { quantity: 1 }, await catalog.asAdmin()),
    ];

    for (const reply of replies) expect(reply).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
  });

  it('When stock is set, then pieces that orders hold are part of it', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    await catalog.order({ productId, quantity: 3 }).reserve();

    const set = await service.http.put(`/v1/products/${productId}/stock`, { quantity: 12 }, await catalog.asAdmin());

    expect(set).toMatchObject({ status: 200, body: { id: productId, available: 9, version: 1 } });
    expect(await catalog.shelf(productId)).toEqual({ stock: 12, reserved: 3 });
  });

  it('When stock is set beneath what orders hold, then that is refused and nothing changes', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    await catalog.order({ productId, quantity: 3 }).reserve();
    const setStock = async (quantity: number) =>
      service.http.put(`/v1/products/${productId}/stock`, { quantity }, await catalog.asAdmin());

    expect(await setStock(2)).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
    expect(await catalog.shelf(productId)).toEqual({ stock: 5, reserved: 3 });
    expect(await setStock(3)).toMatchObject({ status: 200, body: { available: 0 } });
  });

  it.each([
    ['nobody', undefined, 401, 'unauthenticated'],
    ['a customer', ['customer'], 403, 'forbidden'],
    ['somebody without a role', [], 403, 'forbidden'],
  ])('When %s changes products, then that is refused and nothing changes', async (_, roles, status, code) => {
    const { id } = await catalog.product({ stock: 5 });
    const wanted = aProduct();
    const as = roles ? { token: await service.token({ roles }) } : {};

    const replies = [
      await service.http.post('/v1/products', wanted, as),
      await service.http.put(`/v1/products/${id}/stock`, { quantity: 9 }, as),
    ];

    for (const reply of replies) expect(reply).toMatchObject({ status, body: { type: `/problems/${code}` } });
    expect(await withSku(wanted.sku)).toEqual([]);
    expect(await catalog.shelf(id)).toEqual({ stock: 5, reserved: 0 });
  });

  async function withSku(sku: string): Promise<string[]> {
    const rows = await service.database.rows<{ id: string }>(sql`SELECT id FROM product WHERE sku = ${sku}`);
    return rows.map(({ id }) => id);
  }
});

import { newId, sql } from '@towpath/database';
import { ProductChanged } from '@towpath/messages';

import type { Product } from '../src/products/product.ts';
import { aProduct, givenCatalog } from './given-catalog.ts';

const changed = { type: 'product.changed.v1', snapshot: true };

describe('changing a product', () => {
  const catalog = givenCatalog();
  const { service } = catalog;
  const path = (id: string) => `/v1/products/${id}`;
  const read = async (id: string): Promise<Product> => (await service.http.get(path(id))).body;
  const change = async (id: string, ifMatch: string | undefined, changes: unknown) =>
    service.http.patch(path(id), changes, {
      ...(await catalog.asAdmin()),
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });

  it('When any answer shows a product, then its ETag is the version', async () => {
    const created = await service.http.post('/v1/products', aProduct(), await catalog.asAdmin());
    const { id } = created.body;

    const others = [
      await service.http.get(path(id)),
      await service.http.put(`${path(id)}/stock`, { quantity: 3 }, await catalog.asAdmin()),
    ];
    const updated = await change(id, created.headers['etag'], { name: 'Rope' });

    expect([created, ...others, updated].map(({ headers }) => headers['etag'])).toEqual(['"1"', '"1"', '"1"', '"2"']);
  });

  it.each([
    ['its name', { name: 'Rope' }],
    ['its description', { description: '' }],
    ['its price', { price: { amountMinor: 5, currency: 'CHF' } }],
    ['all of it', { name: 'Rope', description: 'Hemp', price: { amountMinor: 99_999_999, currency: 'EUR' } }],
  ])(
    'When an admin changes %s, then the next reader sees it, others are told and the rest stays',
    async (_, changes) => {
      const before = await catalog.product();
      await read(before.id);
      await service.database.rows(sql`UPDATE product SET say_again_at = 'infinity' WHERE id = ${before.id}`);

      const { status, body } = await change(before.id, '"1"', changes);

      const after = { ...before, ...changes, version: 2 };
      expect({ status, body }).toEqual({ status: 200, body: after });
      expect(await read(before.id)).toEqual(after);
      const { id: productId, sku, name, price } = after;
      expect((await service.said(ProductChanged)).at(-1)).toEqual({ productId, sku, name, price });
      expect(await catalog.said(productId)).toEqual([changed, changed]);
      const soon = sql`SELECT FROM product WHERE id = ${productId} AND say_again_at < now() + interval '61 s'`;
      expect(await service.database.rows(soon)).toHaveLength(1);
    },
  );

  it('When it was changed meanwhile, then the change is refused and nothing is said', async () => {
    const { id } = await catalog.product();
    await change(id, '"1"', { name: 'Rope' });

    for (const version of ['"1"', '"3"', '"0"', '"999999999"'])
      expect(await change(id, version, { name: 'Hook' })).toMatchObject({
        status: 412,
        body: { type: '/problems/changed-meanwhile', detail: expect.stringContaining('version 2') },
      });

    expect(await read(id)).toMatchObject({ name: 'Rope', version: 2 });
    expect(await catalog.said(id)).toHaveLength(2);
  });

  it('When another process changed it, then who is refused and reads it again sees that', async () => {
    const { id } = await catalog.product();
    await read(id);
    await service.database.rows(sql`UPDATE product SET name = 'Hook', version = 2 WHERE id = ${id}`);
    expect(await read(id)).toMatchObject({ version: 1 });

    expect((await change(id, '"1"', { name: 'Rope' })).status).toBe(412);

    expect(await read(id)).toMatchObject({ name: 'Hook', version: 2 });
  });

  it('When many change it at once, then one succeeds and is seen', async () => {
    const { id } = await catalog.product();
    const names = Array.from({ length: 12 }, (_, index) => `Rope ${index}`);

    const replies = await Promise.all(names.map((name) => change(id, '"1"', { name })));

    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(412)]);
    const won = replies.find(({ status }) => status === 200)?.body;
    expect(await read(id)).toEqual(won);
    expect(await catalog.said(id)).toHaveLength(2);
  });

  it('When it is only counted meanwhile, then it can still be changed', async () => {
    const { id: productId } = await catalog.product({ stock: 5 });
    await catalog.order({ productId, quantity: 2 }).reserve();
    await service.http.put(`${path(productId)}/stock`, { quantity: 9 }, await catalog.asAdmin());

    expect(await change(productId, '"1"', { name: 'Rope' })).toMatchObject({ status: 200, body: { available: 7 } });
    expect(await catalog.shelf(productId)).toEqual({ stock: 9, reserved: 2 });
  });

  it('When it cannot be said, then it is not changed', async () => {
    const before = await catalog.product();
    await service.database.rows(sql`ALTER TABLE outbox ADD CONSTRAINT broken CHECK (false) NOT VALID`);

    const reply = await change(before.id, '"1"', { name: 'Rope' });

    await service.database.rows(sql`ALTER TABLE outbox DROP CONSTRAINT broken`);
    expect(reply.status).toBe(500);
    expect(await read(before.id)).toEqual(before);
  });

  it.each([undefined, '', '1', '*', 'W/"1"', '"1", "2"', '"01x"', '"-1"', '"1e0"', '"9999999999"', `"1"\t`.repeat(2)])(
    'When If-Match is %j, then that is refused',
    async (ifMatch) => {
      const { id } = await catalog.product();

      expect(await change(id, ifMatch, { name: 'Rope' })).toMatchObject({
        status: 400,
        body: { type: '/problems/invalid-request', errors: [{ pointer: '/headers/if-match' }] },
      });
      expect((await read(id)).version).toBe(1);
    },
  );

  it.each([
    {},
    null,
    [],
    { name: '' },
    { name: null },
    { price: { amountMinor: 0, currency: 'EUR' } },
    { price: { amountMinor: 1 } },
    { sku: 'rope' },
    { stock: 3 },
    { name: 'Rope', version: 7 },
    { id: newId() },
  ])('When the change is %j, then it is refused', async (changes) => {
    const before = await catalog.product();

    const { status } = await change(before.id, '"1"', changes);

    expect([status, await read(before.id)]).toEqual([400, before]);
  });

  it('When there is no such product, then it is not found', async () => {
    expect(await change(newId(), '"1"', { name: 'Rope' })).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
  });

  it.each([
    ['nobody', undefined, 401],
    ['a customer', ['customer'], 403],
  ])('When %s changes it, then that is refused and nothing changes', async (_, roles, status) => {
    const before = await catalog.product();
    const as = roles ? { token: await service.token({ roles }) } : {};

    const reply = await service.http.patch(
      path(before.id),
      { name: 'Rope' },
      { ...as, headers: { 'if-match': '"1"' } },
    );

    expect(reply.status).toBe(status);
    expect(await read(before.id)).toEqual(before);
  });
});

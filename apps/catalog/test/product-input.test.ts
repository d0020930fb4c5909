import { sql } from '@towpath/database';

import { aProduct, givenCatalog } from './given-catalog.ts';

const nul = String.fromCharCode(0);

describe('what clients send about products', () => {
  const catalog = givenCatalog();
  const { service } = catalog;

  it.each(
    Object.entries({
      'nothing but braces': {},
      null: null,
      'a list': [aProduct()],
      'a text': 'product',
      'an unknown field': { ...aProduct(), reserved: 1 },
      'an id of their own': { ...aProduct(), id: '00000000-0000-7000-8000-000000000001' },
      'an own __proto__': JSON.parse('{"__proto__":{"stock":1}}'),
      'an empty SKU': aProduct({ sku: '' }),
      'SQL for a SKU': aProduct({ sku: "'; DROP TABLE product; --" }),
      'a path for a SKU': aProduct({ sku: '../../etc/passwd' }),
      'an endless SKU': aProduct({ sku: 'x'.repeat(8_192) }),
      'an empty name': aProduct({ name: ' ' }),
      'a name with NUL': aProduct({ name: `Lan${nul}tern` }),
      'half a surrogate pair': aProduct({ description: '\ud800' }),
      'a number for a name': { ...aProduct(), name: 7 },
      'a price of nothing': { ...aProduct(), price: null },
      'a free product': aProduct({ price: { amountMinor: 0, currency: 'EUR' } }),
      'a negative price': aProduct({ price: { amountMinor: -1, currency: 'EUR' } }),
      'half a cent': aProduct({ price: { amountMinor: 0.1 + 0.2, currency: 'EUR' } }),
      'a price beyond all integers': aProduct({ price: { amountMinor: 2 ** 53 + 2, currency: 'EUR' } }),
      'a price as text': { ...aProduct(), price: { amountMinor: '1999', currency: 'EUR' } },
      'an unknown currency': { ...aProduct(), price: { amountMinor: 1999, currency: 'XXX' } },
      'a currency in lower case': { ...aProduct(), price: { amountMinor: 1999, currency: 'eur' } },
      'a negative stock': aProduct({ stock: -1 }),
      'half a piece': aProduct({ stock: 0.5 }),
      'a billion pieces': aProduct({ stock: 1e9 }),
      'stock as text': { ...aProduct(), stock: '10' },
    }),
  )('When a new product is %s, then it is refused', async (_, body) => {
    const before = await products();

    const reply = await service.http.post('/v1/products', body, await catalog.asAdmin());

    expect(reply).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(reply.body.type).toMatch(/^\/problems\/(invalid-request|unknown-field)$/);
    expect(await products()).toEqual(before);
  });

  it.each([
    {},
    null,
    [],
    { quantity: -1 },
    { quantity: 1.5 },
    { quantity: '5' },
    { quantity: 1e9 },
    { quantity: null },
  ])('When stock is set to %j, then that is refused', async (body) => {
    const { id } = await catalog.product({ stock: 3 });

    const reply = await service.http.put(`/v1/products/${id}/stock`, body, await catalog.asAdmin());

    expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
    expect(await catalog.shelf(id)).toEqual({ stock: 3, reserved: 0 });
  });

  it.each(
    Object.entries({
      'a number': '1',
      'a path': '..%2f..',
      NUL: '%00',
      SQL: "'%20OR%20true",
      'a template': '{{7*7}}',
      'almost a UUID': '01890000-0000-7000-8000-00000000000g',
      endless: 'x'.repeat(7_000),
    }),
  )('When the id is %s, then it is refused, whatever is asked for', async (_, id) => {
    const replies = [
      await service.http.get(`/v1/products/${id}`),
      await service.http.put(`/v1/products/${id}/stock`, { quantity: 1 }, await catalog.asAdmin()),
    ];

    for (const reply of replies)
      expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
  });

  it.each([
    ['limit=0', 'invalid-request'],
    ['limit=-1', 'invalid-request'],
    ['limit=101', 'invalid-request'],
    ['limit=1e9', 'invalid-request'],
    ['limit=', 'invalid-request'],
    ['limit=2&limit=3', 'invalid-request'],
    ['limit[]=2', 'unknown-field'],
    ['cursor=', 'invalid-request'],
    ['cursor=garbage', 'invalid-request'],
    ['cursor=%00', 'invalid-request'],
    ['cursor=01890000-0000-7000-8000-000000000000', 'invalid-request'],
    [`cursor=${'A'.repeat(23)}`, 'invalid-request'],
    ['userId=1', 'unknown-field'],
  ])('When the list is asked for with %s, then that is refused', async (query, code) => {
    expect(await service.http.get(`/v1/products?${query}`)).toMatchObject({
      status: 400,
      body: { type: `/problems/${code}` },
    });
  });

  function products(): Promise<object[]> {
    return service.database.rows(sql`SELECT id FROM product ORDER BY id`);
  }
});

import fc from 'fast-check';

import { createProduct, cursorAfter, idOfCursor, logIn, placeOrder, register, routes, toPage } from './index.ts';

const uuid = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';
const order = { cartId: uuid, lines: [{ productId: uuid, quantity: 1 }], paymentMethod: 'pm_card_visa' };
const product = {
  sku: 'rope-10',
  name: 'Rope',
  description: '',
  price: { amountMinor: 1999, currency: 'EUR' },
  stock: 3,
};
const account = { email: 'Ada@Example.org', password: 'correct horse battery', name: ' Ada ' };

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('an order', () => {
  it.each([
    ['no line', { lines: [] }],
    [
      '51 lines',
      { lines: Array.from({ length: 51 }, (_, i) => ({ productId: uuid.replace('70', String(10 + i)), quantity: 1 })) },
    ],
    [
      'the same product in two lines',
      {
        lines: [
          { productId: uuid, quantity: 1 },
          { productId: uuid.toUpperCase(), quantity: 2 },
        ],
      },
    ],
    ['quantity 0', { lines: [{ productId: uuid, quantity: 0 }] }],
    ['quantity 101', { lines: [{ productId: uuid, quantity: 101 }] }],
    ['quantity 1.5', { lines: [{ productId: uuid, quantity: 1.5 }] }],
    ['a quantity as text', { lines: [{ productId: uuid, quantity: '1' }] }],
    ['a card number', { paymentMethod: '4242424242424242' }],
    ['36 characters that are no UUID', { cartId: 'x'.repeat(36) }],
    ['an unknown field', { status: 'COMPLETED' }],
    ['an unknown field of a line', { lines: [{ productId: uuid, quantity: 1, unitPrice: 1 }] }],
  ])('When it has %s, then it is refused', (_, change) => {
    expect(accepts(placeOrder.body, order)).toBe(true);
    expect(accepts(placeOrder.body, { ...order, ...change })).toBe(false);
  });

  it.each(['__proto__', 'constructor'])('When it has the key %s anywhere, then it is refused', (key) => {
    const onTop = JSON.parse(JSON.stringify(order).replace('{', `{"${key}":{"a":1},`)) as unknown;
    const inside = JSON.parse(JSON.stringify(order).replace('[{', `[{"${key}":{"a":1},`)) as unknown;

    expect([accepts(placeOrder.body, onTop), accepts(placeOrder.body, inside)]).toEqual([false, false]);
  });

  it('When its ids are in upper case, then they are read in lower case', () => {
    expect(placeOrder.body.parse({ ...order, cartId: uuid.toUpperCase() }).cartId).toBe(uuid);
  });

  it.each([
    ['bare', 'k'.repeat(16), 'k'.repeat(16)],
    ['quoted', `"${'k'.repeat(128)}"`, 'k'.repeat(128)],
  ])('When its key is %s, then the key is what is inside', (_, header, key) => {
    expect(placeOrder.headers.parse({ 'idempotency-key': header, accept: '*/*' })).toEqual({ 'idempotency-key': key });
  });

  it.each([
    undefined,
    '',
    'short',
    'k'.repeat(129),
    `"${'k'.repeat(15)}"`,
    `${'k'.repeat(16)}, ${'k'.repeat(16)}`,
    `${'k'.repeat(16)}é`,
  ])('When its key is %p, then it is refused', (header) => {
    expect(accepts(placeOrder.headers, { 'idempotency-key': header })).toBe(false);
  });
});

describe('a product', () => {
  it.each([
    ['a free price', { price: { amountMinor: 0, currency: 'EUR' } }],
    ['a negative price', { price: { amountMinor: -1, currency: 'EUR' } }],
    ['a fraction of a cent', { price: { amountMinor: 0.1 + 0.2, currency: 'EUR' } }],
    ['more than the provider charges', { price: { amountMinor: 100_000_000, currency: 'EUR' } }],
    ['an infinite price', { price: { amountMinor: Infinity, currency: 'EUR' } }],
    ['more than an integer can hold', { price: { amountMinor: 2 ** 53 + 1, currency: 'EUR' } }],
    ['a currency in lower case', { price: { amountMinor: 1, currency: 'eur' } }],
    ['a currency that is not used here', { price: { amountMinor: 1, currency: 'XXX' } }],
    ['NUL in its name', { name: 'a\0b' }],
    ['half a surrogate pair in its name', { name: 'a\ud800b' }],
    ['a name of spaces', { name: '   ' }],
    ['a SKU with a space', { sku: 'a b' }],
    ['stock below zero', { stock: -1 }],
    ['stock of 1e9', { stock: 1e9 }],
  ])('When it has %s, then it is refused', (_, change) => {
    expect(accepts(createProduct.body, product)).toBe(true);
    expect(accepts(createProduct.body, { ...product, ...change })).toBe(false);
  });
});

describe('an account', () => {
  it('When it is read, then the address is in lower case and the name has no space around it', () => {
    expect(register.body.parse(account)).toEqual({ ...account, email: 'ada@example.org', name: 'Ada' });
  });

  it('When its password is composed in another way, then it is the same password', () => {
    const composed = { email: account.email, password: 'caf\u00e9 caf\u00e9 caf\u00e9' };
    const decomposed = { email: account.email, password: 'cafe\u0301 cafe\u0301 cafe\u0301' };

    expect(logIn.body.parse(composed)).toEqual(logIn.body.parse(decomposed));
  });

  it.each([
    ['11 characters', { password: 'x'.repeat(11) }],
    ['129 characters', { password: 'x'.repeat(129) }],
    ['NUL', { password: 'correct horse\0battery' }],
  ])('When its password has %s, then it is refused', (_, change) => {
    expect(accepts(register.body, { ...account, ...change })).toBe(false);
  });

  it('When its address is 16 KiB long, then it is refused at once', () => {
    const startedAt = performance.now();

    expect(accepts(register.body, { ...account, email: `${'a.'.repeat(8000)}@` })).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a list', () => {
  it.each(['0', '-1', '101', '1e2', '0x10', '', ' 5', '1.5', '1000000000'])(
    'When limit is %p, then it is refused',
    (limit) => {
      expect(accepts(routes.listOrders.query, { limit })).toBe(false);
    },
  );

  it('When nothing is asked, then a page has 20', () => {
    expect(routes.listOrders.query.parse({})).toEqual({ limit: 20 });
    expect(routes.listOrders.query.parse({ limit: '100' })).toEqual({ limit: 100 });
  });

  it.each(['', 'x', '../../etc/passwd', `${'a'.repeat(21)}\0`])('When cursor is %p, then it is refused', (cursor) => {
    expect(accepts(routes.listOrders.query, { cursor })).toBe(false);
  });

  it('When a cursor is read back, then it is the id that it was made of', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        (id) => idOfCursor(cursorAfter(id)) === id && accepts(routes.listOrders.query, { cursor: cursorAfter(id) }),
      ),
    );
  });

  it('When there is one row too many, then there is a next page', () => {
    const rows = ['a1', 'b2', 'c3'].map((start) => ({ id: start + uuid.slice(2) }));

    expect(toPage(rows, 2)).toEqual({ items: rows.slice(0, 2), nextCursor: cursorAfter(rows[1]?.id ?? '') });
    expect(toPage(rows, 3)).toEqual({ items: rows, nextCursor: null });
    expect(toPage([], 3)).toEqual({ items: [], nextCursor: null });
  });
});

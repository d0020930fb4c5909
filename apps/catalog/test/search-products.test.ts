import { sql } from '@towpath/database';

import { givenCatalog } from './given-catalog.ts';

const goods = [
  { sku: 'rope-10', name: 'Rope', description: 'Ten metres of hemp.' },
  { sku: 'rope-20', name: 'Rope, long', description: 'Twenty metres of hemp; for locks.' },
  { sku: 'HOOK.7', name: 'Boat hook', description: 'Ash, with a brass end.' },
  { sku: 'muehle', name: 'Große Mühle', description: 'Für Ärmelkanäle & Flüsse' },
  { sku: 'nfd', name: 'Pin\u0303ata', description: 'O\'Neill\'s 100% "best" C++ user:* e-mail a_b' },
];

describe('searching products', () => {
  const catalog = givenCatalog();
  const { service } = catalog;
  const ask = (q: string, more = '') => service.http.get(`/v1/products?q=${encodeURIComponent(q)}${more}`);
  const skus = async (q: string): Promise<string[]> => {
    const { status, body } = await ask(q, '&limit=100');
    expect(status).toBe(200);
    return body.items.map(({ sku }: { sku: string }) => sku);
  };

  beforeAll(async () => {
    for (const each of goods) await catalog.product(each);
  });

  it.each([
    ['a word of the name', 'rope', ['rope-10', 'rope-20']],
    ['a word of the description', 'brass', ['HOOK.7']],
    ['a SKU', 'rope-10', ['rope-10']],
    ['a SKU in other letters', 'hook.7', ['HOOK.7']],
    ['a part of a SKU', '20', ['rope-20']],
    ['the beginnings of words', 'met lo', ['rope-20']],
    ['words of all three', 'HOOK boat ASH', ['HOOK.7']],
    ['words in another order', 'locks for hemp', ['rope-20']],
    ['a word twice', 'rope rope', ['rope-10', 'rope-20']],
    ['a word that only one has, and one that another has', 'brass hemp', []],
    ['the end of a word', 'ope', []],
    ['space around and between', '  boat \t hook ', ['HOOK.7']],
    ['umlauts', 'Mühle', ['muehle']],
    ['umlauts in capitals', 'GROSSE MÜHLE', ['muehle']],
    ['no umlauts', 'muhle fur armel', ['muehle']],
    ['umlauts of two characters', 'mu\u0308hle', ['muehle']],
    ['one character for two', 'piñata', ['nfd']],
    ['an apostrophe', "o'neill's", ['nfd']],
    ['letters of other shapes', 'ℌook', ['HOOK.7']],
    ['wide letters', 'ｒｏｐｅ １０', ['rope-10']],
  ])('When %s is asked for, then what has it is found', async (_, q, found) => {
    expect(await skus(q)).toEqual(found);
  });

  it.each([
    ...[
      '%',
      '_',
      '&',
      '|',
      '!',
      ':*',
      '<->',
      '()',
      '!rope',
      'rope & !long',
      'rope:*',
      'rope | brass',
      "'",
      "''",
      '"',
      '\\',
    ],
    ...[
      "'; DROP TABLE product; --",
      "' OR 1=1 --",
      '$1',
      '${7*7}',
      '{{7*7}}',
      '../..',
      '🚣',
      'x'.repeat(100),
      '&'.repeat(100),
    ],
    ...['a '.repeat(50).trim(), '\u202e', 'İ', 'ﷺ'.repeat(100), '\u0301'.repeat(100), '100%', 'c++', 'user:*'],
  ])('When %j is asked for, then it is only words', async (q) => {
    // What is left of it when all but letters and digits is a space.
    const words = q.match(/[\p{L}\p{N}]+/gu) ?? [];

    expect(await skus(q)).toEqual(words.length === 0 ? [] : await skus(words.join(' ')));
  });

  it.each([
    ['nothing', 'q='],
    ['a blank', 'q=%20%09'],
    ['NUL', 'q=a%00b'],
    ['101 characters', `q=${'x'.repeat(101)}`],
    ['two searches', 'q=rope&q=hook'],
  ])('When %s is asked for, then that is refused', async (_, query) => {
    expect(await service.http.get(`/v1/products?${query}`)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request' },
    });
  });

  it('When pages are read one after another, then each product found comes once, also those added meanwhile', async () => {
    const known = [];
    for (let count = 0; count < 4; count += 1) known.push((await catalog.product({ name: 'Lantern, paged' })).id);
    const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

    const first = await ask('paged', '&limit=2');
    known.push((await catalog.product({ name: 'Paged lantern' })).id);
    const second = await ask('paged', `&limit=2&cursor=${first.body.nextCursor}`);
    const third = await ask('paged', `&limit=2&cursor=${second.body.nextCursor}`);

    expect([...ids(first.body), ...ids(second.body), ...ids(third.body)]).toEqual(known);
    expect(third.body.nextCursor).toBeNull();
  });

  it('When a product is renamed, then it is found under its new name only', async () => {
    const { id } = await catalog.product({ sku: 'renamed', name: 'Kettle' });

    const headers = { 'if-match': '"1"' };
    await service.http.patch(`/v1/products/${id}`, { name: 'Teapot' }, { ...(await catalog.asAdmin()), headers });

    expect([await skus('kettle'), await skus('teapot')]).toEqual([[], ['renamed']]);
  });

  it('When a description is one long word, then it is kept and found by its beginning', async () => {
    await catalog.product({ sku: 'long', description: `${'y'.repeat(4_096)} towline` });

    expect(await skus(`${'y'.repeat(80)} towline`)).toEqual(['long']);
  });

  it('When there are many products, then the index finds the few that are asked for', async () => {
    // In several statements, as each has only so much time.
    for (let from = 0; from < 20_000; from += 4_000) {
      await service.database.rows(sql`
        INSERT INTO product (id, sku, name, description, price_minor, currency, stock, say_again_at)
        SELECT uuidv7(), 'many-' || n, 'Bucket', md5(n::text), 100, 'EUR', 1, 'infinity'
          FROM generate_series(${from}::int + 1, ${from}::int + 4000) AS n`);
    }
    await service.database.rows(sql`ANALYZE product`);

    const plan = await service.database.rows(
      sql`EXPLAIN SELECT id FROM product WHERE search @@ search_for(${'bucket 4711'}) ORDER BY id LIMIT 21`,
    );

    expect(JSON.stringify(plan)).toContain('Bitmap Index Scan on product_search');
    expect(await skus('bucket many 4711')).toEqual(['many-4711']);
  });
});

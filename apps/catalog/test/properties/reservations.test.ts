import { holds } from '@towpath/testing';
import fc from 'fast-check';

import { givenCatalog } from '../given-catalog.ts';
import { ReservedOrder } from './reserved-order.ts';

jest.setTimeout(180_000);

// Little of everything: most orders meet another one.
const line = fc.record({ product: fc.nat(2), quantity: fc.integer({ min: 1, max: 2 }) });
const act = fc.record({
  do: fc.constantFrom('arrives', 'arrives', 'arrives', 'arrives twice', 'ask again', 'ask again', 'end', 'lose'),
  pick: fc.nat(9),
});
const order = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  buys: fc.boolean(),
  acts: fc.array(act, { minLength: 3, maxLength: 16 }),
});
const story = fc.record({
  stock: fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }),
  orders: fc.array(order, { minLength: 2, maxLength: 6 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

describe('reservations, however their commands arrive', () => {
  const catalog = givenCatalog();
  const ends = new Set<string>();

  it('When commands of many orders of several lines come twice, late, out of order or never, then shelf and reservations agree', async () => {
    await holds(
      fc.asyncProperty(story, async ({ stock, orders }) => {
        const products = await Promise.all(stock.map(async (pieces) => (await catalog.product({ stock: pieces })).id));
        const reserved = orders.map(({ lines, buys }) => {
          const asked = lines.map(({ product, quantity }) => ({ productId: products[product] as string, quantity }));
          return new ReservedOrder(catalog, asked, buys);
        });

        // Each order's messages come one after another, as one partition brings them; the orders side by side.
        await Promise.all(reserved.map((each, index) => happen(each, orders[index]?.acts ?? [])));
        await expectAgreement(products, stock, reserved);
        await Promise.all(reserved.map((each) => each.comesToRest()));

        const shelves = await expectAgreement(products, stock, reserved);
        expect(shelves.map((shelf) => shelf.reserved)).toEqual([0, 0, 0]);
        for (const each of reserved) await expectEnd(each);
      }),
      { runs: 40 },
    );

    // A property that never gets there proves nothing.
    expect([...ends].sort()).toEqual(['COMMITTED', 'REJECTED', 'RELEASED']);
  });

  async function happen(reserved: ReservedOrder, acts: readonly Act[]): Promise<void> {
    for (const { do: what, pick } of acts) {
      if (what === 'end') await reserved.end();
      else if (what === 'ask again') reserved.askAgain();
      else if (what === 'lose') reserved.lose(pick);
      else await reserved.arrives(pick, what === 'arrives twice');
    }
  }

  /** What the shelf holds back is what the reservations hold, what left it was sold, and nothing is below zero. */
  async function expectAgreement(
    products: readonly string[],
    stock: readonly number[],
    reserved: readonly ReservedOrder[],
  ) {
    const states = await Promise.all(reserved.map((each) => each.state()));
    const shelves = await Promise.all(products.map((id) => catalog.shelf(id)));
    products.forEach((productId, index) => {
      const inState = (state: string) =>
        reserved
          .filter((_, at) => states[at] === state)
          .flatMap(({ lines }) => lines.filter((each) => each.productId === productId))
          .reduce((sum, { quantity }) => sum + quantity, 0);
      const expected = { stock: (stock[index] as number) - inState('COMMITTED'), reserved: inState('RESERVED') };
      expect(shelves[index]).toEqual(expected);
      expect(expected.stock).toBeGreaterThanOrEqual(expected.reserved);
    });
    return shelves;
  }

  /** What has ended stays as it is, and no stream is ever taken back. */
  function expectNoWayBack({ seen }: ReservedOrder): void {
    for (const [index, now] of seen.entries()) {
      const before = seen[index - 1] ?? now;
      expect(now.taken).toBeGreaterThanOrEqual(before.taken);
      if (['COMMITTED', 'RELEASED', 'REJECTED'].includes(before.state)) expect(now.state).toBe(before.state);
    }
  }

  async function expectEnd(reserved: ReservedOrder): Promise<void> {
    expectNoWayBack(reserved);
    const state = (await reserved.state()) ?? 'none';
    ends.add(state);
    expect(reserved.legalEnds).toContain(state);
    expect(await catalog.anomalies(reserved.orderId)).toEqual([]);
    expect((await catalog.said(reserved.orderId)).at(-1)).toEqual({
      type: `stock.${state.toLowerCase()}.v1`,
      snapshot: true,
    });
    const { taken, of, said } = await reserved.streams();
    expect(taken).toBe(of);
    expect(said).toEqual(said.map((_, index) => index + 1));
  }
});

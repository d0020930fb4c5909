import { assert, constantFrom, double, integer, maxSafeInteger, oneof, property } from 'fast-check';

import { add, isMore, type Money, MoneyError, negate, subtract, sum, times } from './index.ts';

const eur = (amountMinor: number): Money => ({ amountMinor, currency: 'EUR' });
const nothing = eur(0);

// A few of them still fit together into a safe integer.
const limit = Math.floor(Number.MAX_SAFE_INTEGER / 4);
const some = integer({ min: -limit, max: limit }).map(eur);
const any = maxSafeInteger().map(eur);
const noInteger = oneof(
  double({ noInteger: true }),
  constantFrom(NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER + 1, Number.MIN_SAFE_INTEGER - 1),
);

const operations: Record<string, (one: Money, other: Money) => unknown> = {
  add,
  subtract,
  isMore,
  sum: (one, other) => sum([one, other], one.currency),
};

describe('money', () => {
  it('When amounts are added, then neither order nor grouping matters', () => {
    assert(
      property(some, some, some, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
        expect(sum([a, b, c], 'EUR')).toEqual(sum([c, a, b], 'EUR'));
      }),
    );
  });

  it('When an amount is taken away again, then the other is left', () => {
    assert(
      property(some, some, (a, b) => {
        expect(subtract(add(a, b), b)).toEqual(a);
        expect(add(a, negate(a))).toEqual(nothing);
        expect(negate(negate(a))).toEqual(a);
        expect(add(a, nothing)).toEqual(a);
      }),
    );
  });

  it('When it is added up many times, then it is the product', () => {
    assert(
      property(integer({ min: -99_999_999, max: 99_999_999 }).map(eur), integer({ min: 0, max: 100 }), (a, count) => {
        expect(times(a, count)).toEqual(sum(Array(count).fill(a), 'EUR'));
      }),
    );
  });

  it('When two are compared, then at most one is more', () => {
    assert(
      property(some, some, (a, b) => {
        expect([isMore(a, b), isMore(b, a)]).toEqual([a.amountMinor > b.amountMinor, a.amountMinor < b.amountMinor]);
      }),
    );
  });

  it('When a result is beyond the safe integers, then it is refused, and exact otherwise', () => {
    assert(
      property(any, any, (a, b) => {
        expectExact(() => add(a, b), BigInt(a.amountMinor) + BigInt(b.amountMinor));
        expectExact(() => subtract(a, b), BigInt(a.amountMinor) - BigInt(b.amountMinor));
        expectExact(() => times(a, b.amountMinor), BigInt(a.amountMinor) * BigInt(b.amountMinor));
      }),
    );
    const most = eur(Number.MAX_SAFE_INTEGER);
    expect(() => add(most, eur(1))).toThrow(MoneyError);
    expect(() => times(most, 2)).toThrow(MoneyError);
    expect(add(most, eur(0))).toEqual(most);
  });

  it('When something is no safe integer, then nothing is counted with it', () => {
    assert(
      property(noInteger, (value) => {
        for (const operation of Object.values(operations)) {
          expect(() => operation(eur(value), eur(1))).toThrow(MoneyError);
          expect(() => operation(eur(1), eur(value))).toThrow(MoneyError);
        }
        expect(() => negate(eur(value))).toThrow(MoneyError);
        expect(() => times(eur(value), 1)).toThrow(MoneyError);
        expect(() => times(eur(1), value)).toThrow(MoneyError);
      }),
    );
  });

  it.each(Object.entries(operations))('When %s gets two currencies, then it refuses', (_, operation) => {
    assert(
      property(some, some, (a, b) => {
        expect(() => operation(a, { ...b, currency: 'CHF' })).toThrow(MoneyError);
      }),
    );
    expect(() => sum([eur(1)], 'CHF')).toThrow(MoneyError);
  });

  it('When there is nothing to add up, then it is nothing, not minus nothing', () => {
    expect([sum([], 'EUR'), negate(nothing), times(eur(-1), 0), times(nothing, -3)]).toEqual(Array(4).fill(nothing));
  });
});

function expectExact(act: () => Money, expected: bigint): void {
  const isSafe = expected <= BigInt(Number.MAX_SAFE_INTEGER) && expected >= BigInt(Number.MIN_SAFE_INTEGER);
  if (isSafe) expect(act()).toEqual(eur(Number(expected)));
  else expect(act).toThrow(MoneyError);
}

import fc from 'fast-check';

import { fingerprintOf } from './idempotency-key.ts';

describe('fingerprint of a body', () => {
  it('When only the order of fields differs, at any depth, then it is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(fingerprintOf(reversed(body))).toEqual(fingerprintOf(body));
      }),
    );
  });

  it('When bodies differ, then so do their fingerprints', () => {
    const bodies = [{ lines: [1, 2] }, { lines: [2, 1] }, { lines: ['1', 2] }, { lines: { 0: 1, 1: 2 } }, {}, [], null];

    expect(new Set(bodies.map((body) => fingerprintOf(body).toString('hex'))).size).toBe(bodies.length);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, reversed(each)])
      .reverse(),
  );
}

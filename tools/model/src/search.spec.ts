import { defaultBounds } from './bounds.ts';
import { boundsOfMutations, mutations } from './mutations.ts';
import { rules } from './rules.ts';
import { search } from './search.ts';

const needed = mutations.filter(({ harms }) => harms.length > 0);
const covered = mutations.filter(({ harms }) => harms.length === 0);

describe('the order flow that the code runs', () => {
  it('When messages are lost, doubled, blocked and asked for too early, then every order ends as it should', () => {
    const result = search({ bounds: defaultBounds });

    expect(result.findings).toEqual([]);
    expect(Object.keys(result.ends).sort()).toEqual([
      'CANCELLED, REJECTED, NONE',
      'CANCELLED, RELEASED, DECLINED',
      'CANCELLED, RELEASED, NONE',
      'CANCELLED, RELEASED, REFUNDED',
      'CANCELLED, RELEASED, VOIDED',
      'CANCELLED, none, NONE',
      'COMPLETED, COMMITTED, CAPTURED',
      'COMPLETED, COMMITTED, REFUNDED',
    ]);
    expect(result.states).toBeGreaterThanOrEqual(1_000_000);
  }, 600_000);

  it.each(needed.map((mutation) => [mutation.rule, mutation] as const))(
    'When it is not so that %s, then the search finds the harm',
    (_, { without, harms, bounds }) => {
      const { findings } = search({
        bounds: { ...boundsOfMutations, ...bounds },
        rules: { ...rules, ...without },
        harms,
      });

      expect(findings.map(({ harm }) => harm).sort()).toEqual([...harms].sort());
    },
    300_000,
  );

  it.each(covered.map((mutation) => [mutation.rule, mutation] as const))(
    'When it is not so that %s, then the other rules still cover for it',
    (_, { without }) => {
      const { findings } = search({ bounds: boundsOfMutations, rules: { ...rules, ...without } });

      expect(findings).toEqual([]);
    },
    300_000,
  );
});

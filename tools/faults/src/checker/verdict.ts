import type { Evidence } from './evidence.ts';

export type InvariantName = `I${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14}`;

/** What was found about one invariant. */
export interface Verdict {
  readonly invariant: InvariantName;
  readonly holds: boolean;
  /** Violations. */
  readonly count: number;
  /** Some of them, to be read by a person. */
  readonly examples: readonly string[];
  /** Orders, keys, rows or answers that were looked at. */
  readonly checked: number;
}

/** What an invariant's own check finds: each violation as a sentence. */
export interface Found {
  readonly checked: number;
  readonly violations: readonly string[];
}

/** One row of the table of invariants. */
export type Invariant = (evidence: Evidence) => Found | Promise<Found>;

const maxExamples = 5;

export function verdict(invariant: InvariantName, { checked, violations }: Found): Verdict {
  const { length: count } = violations;
  return { invariant, holds: count === 0, count, checked, examples: violations.slice(0, maxExamples) };
}

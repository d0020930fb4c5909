import type { Say } from './terminal.ts';

/** A comparison of the product with something to compare it to, both measured in one run. */
export interface Bench {
  /** Completes "Measures …". */
  readonly measures: string;
  run(say: Say): Promise<readonly Finding[]>;
}

/** Bounds of a figure: of product / reference, or of a plain number. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** What a bench found, against its goal. */
export interface Finding {
  readonly figure: string;
  readonly reference?: string;
  readonly product?: string;
  /** What the goal is about. */
  readonly value: number;
  /** The quartiles of the value over the rounds. */
  readonly quartiles?: readonly [number, number];
  readonly goal: Goal;
  readonly met: boolean;
  /** Everything that the value was made from. */
  readonly samples: unknown;
}

/** The same work by both, measured one right after the other, in the unit of the figure. */
export interface Pair {
  readonly reference: number;
  readonly product: number;
}

/** Compares within each round and takes the median, so that a machine that slows down and speeds up slows down both. */
export function ratioFinding(figure: string, unit: string, pairs: readonly Pair[], goal: Goal): Finding {
  const ratios = pairs.map(({ reference, product }) => product / reference);
  const value = quantile(ratios, 0.5);
  const median = (side: keyof Pair) =>
    `${rounded(
      quantile(
        pairs.map((pair) => pair[side]),
        0.5,
      ),
    )} ${unit}`;
  return {
    figure,
    reference: median('reference'),
    product: median('product'),
    value,
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    goal,
    met: meets(value, goal),
    samples: pairs,
  };
}

/** A number that has nothing to be compared to, such as answers that must not be: `{ atMost: 0 }`. */
export function countFinding(figure: string, value: number, goal: Goal, samples: unknown = value): Finding {
  return { figure, value, goal, met: meets(value, goal), samples };
}

/** The value below which a share of the samples lie, between two of them where none lies there. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at % 1);
}

/** As people read it: three digits that count. */
export function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

function meets(value: number, goal: Goal): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

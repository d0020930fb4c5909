import type { Say } from '../terminal/progress.ts';
import type { ProvedShop } from './proved-shop.ts';

/** What a measurement found, against what was promised. */
export interface Finding {
  readonly figure: string;
  readonly value: string;
  readonly limit: string;
  readonly met: boolean;
  /** Everything that the value was made from. */
  readonly samples: unknown;
}

/** Measures one promise on a running shop. */
export type Figure = (shop: ProvedShop, say: Say) => Promise<Finding>;

/** The value below which a share of the samples lie: `quantile(samples, 0.5)` is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Runs `work` for each item, at most `width` at a time; the results keep the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

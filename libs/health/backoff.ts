/** Full jitter: a random wait up to a bound that doubles with each attempt, in milliseconds. Attempts count from 1. */
export function fullJitter(attempt: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number {
  return Math.random() * Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30));
}

import type { ScenarioFinding } from '../result.ts';

/** A number that must not be above its limit; one of no samples is none. */
export function atMost(finding: string, value: number, limit: number, unit: string): ScenarioFinding {
  return {
    finding,
    value: readable(value),
    unit,
    limit: `at most ${limit}`,
    met: Number.isFinite(value) && value <= limit,
  };
}

/** A number that must not be below its limit. */
export function atLeast(finding: string, value: number, limit: number, unit: string): ScenarioFinding {
  return { finding, value: readable(value), unit, limit: `at least ${limit}`, met: value >= limit };
}

/** Something of which there must be none. */
export function none(finding: string, count: number): ScenarioFinding {
  return { finding, value: count, unit: '', limit: 'none', met: count === 0 };
}

/** A number that is told and has no limit of its own. */
export function told(finding: string, value: number, unit: string): ScenarioFinding {
  return { finding, value: readable(value), unit, limit: 'no limit', met: true };
}

/** The value below which a share of the samples lie; 0 when there are none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Three digits that count. */
function readable(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

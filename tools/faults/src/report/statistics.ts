import type { FaultResult } from '../result.ts';

/** The value below which this share of the values lies; the values need no order. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** With no failure in n tries, the rate that 95 of 100 such series would have shown: 3/n. */
export function upperBound(tries: number): string {
  const [digits = '', exponent = ''] = (3 / tries).toExponential(1).split('e');
  return `${digits.replace(/\.0$/, '')} × 10${superscript(Number(exponent))}`;
}

const superscript = (value: number): string =>
  [...String(value)].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('');

/** Violations of an invariant; undefined where it was not checked. */
export function violations({ invariants }: FaultResult, name: string): number | undefined {
  return invariants.find(({ invariant }) => invariant === name)?.count;
}

/** Of each kind of recovery, the times of all runs. */
export function recoveries(results: readonly FaultResult[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { recoveryMs } of results) {
    for (const [what, measured] of Object.entries(recoveryMs)) {
      if (measured.length > 0) times.set(what, [...(times.get(what) ?? []), ...measured]);
    }
  }
  return new Map([...times].sort(([one], [other]) => one.localeCompare(other)));
}

/** `4.2 s`, `310 ms`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${(ms / 60_000).toFixed(1)} min`;
}

export const count = (value: number): string => value.toLocaleString('en-US');

export const plural = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

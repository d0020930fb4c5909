import { table } from '@towpath/local';

import type { FaultResult } from './result.ts';

/** What a run found, for the person at the keyboard. */
export function describeResult(result: FaultResult): string {
  const { orders, faults, invariants, findings, failures, command, passed } = result;
  const rows = [
    ['orders', `${orders.asked} asked, ${orders.ok} ok, ${orders.fail} refused, ${orders.unknown} unknown`],
    ['faults', `${faults.made} made, ${faults.hit} of them hit work in flight`],
    ...faults.byKind.map(({ fault, made, hit }) => ['', `${fault}: ${made}, ${hit} hit`]),
    ['answers', counted(result.answers)],
    ['settled', result.settledAfterMs === null ? 'not in time' : `${seconds(result.settledAfterMs)} after the faults`],
    ...invariants.map(({ invariant, holds, count, checked }) => [
      invariant,
      holds ? `holds (${checked} checked)` : `BROKEN ${count} times (${checked} checked)`,
    ]),
    ...findings.map(({ finding, value, unit, limit, met }) => [
      met ? 'met' : 'MISSED',
      `${finding}: ${value} ${unit} (${limit})`,
    ]),
  ];
  const verdict = passed ? `${result.scenario} passed in ${seconds(result.durationsMs.whole)}.` : 'FAILED:';
  return [table(rows), '', verdict, ...failures.map((failure) => `  ${failure}`), `Again: ${command}`].join('\n');
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}

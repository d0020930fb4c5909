import { type Finding, type Goal, rounded } from './bench.ts';
import { table } from './terminal.ts';

/** The findings as a table. */
export function describe(findings: readonly Finding[]): string {
  const rows = findings.map(({ figure, reference = '', product = '', value, quartiles, goal, met }) => [
    figure,
    reference,
    product,
    rounded(value) + (quartiles ? ` [${quartiles.map(rounded).join(' – ')}]` : ''),
    describeGoal(goal),
    met ? 'met' : 'MISSED',
  ]);
  return table([['figure', 'reference', 'product', 'ratio or count', 'goal', ''], ...rows]);
}

function describeGoal(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
}

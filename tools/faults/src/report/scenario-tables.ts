import type { FaultResult } from '../result.ts';
import type { TransportName } from '../shop/fault-shop.ts';
import { type Entry, transports } from './catalogue.ts';
import { table } from './markdown.ts';
import type { Runs } from './runs.ts';
import { count, duration, quantile, recoveries } from './statistics.ts';

export const notRun = 'not run';

const resultOf = ({ scenarios }: Runs, { id }: Entry, transport: TransportName): FaultResult | undefined =>
  scenarios.find((each) => each.scenario === id && each.transport === transport);

/** Which command runs each row, where, and how long that takes; one that cannot apply says why. */
export function catalogueTable(catalogue: readonly Entry[], runs: Runs): string {
  const rows = catalogue.map((entry) => [
    entry.id,
    entry.title,
    entry.command === undefined ? '–' : `\`npm run faults -- ${entry.command}\``,
    ...transports.map((transport) => howLong(entry, runs, transport)),
  ]);
  return table(['row', 'fault', 'command', ...transports.map((transport) => `${transport}, took`)], rows);
}

function howLong(entry: Entry, runs: Runs, transport: TransportName): string {
  if (!entry.transports.includes(transport)) return entry.why?.[transport] ?? 'does not apply';
  const sweep = runs.crashPoints.find((each) => each.transport === transport);
  if (entry.command === 'crash-points') return sweep ? duration(sweep.durationMs) : notRun;
  const result = resultOf(runs, entry, transport);
  return result ? duration(result.durationsMs.whole) : notRun;
}

/** One line for each scenario on each transport that it applies to; sweeps have tables of their own. */
export function resultTable(catalogue: readonly Entry[], runs: Runs): string {
  const head = ['row', 'transport', 'orders', 'faults', 'met work', 'invariants', 'recovered', 'settled', 'result'];
  const rows = catalogue
    .filter(({ command }) => command !== 'crash-points')
    .flatMap((entry) =>
      transports
        .filter((transport) => entry.transports.includes(transport))
        .map((transport) => [entry.id, transport, ...outcome(resultOf(runs, entry, transport))]),
    );
  return table(head, rows);
}

function outcome(result: FaultResult | undefined): string[] {
  if (!result) return ['–', '–', '–', '–', '–', '–', notRun];
  const { orders, faults, settledAfterMs, passed } = result;
  // What a bench measures has customers of its own.
  const isBench = orders.asked === 0 && faults.made === 0;
  return [
    isBench ? '–' : count(orders.asked),
    isBench ? '–' : count(faults.made),
    isBench ? '–' : count(faults.hit),
    invariantsOf(result),
    recoveryOf(result),
    settledAfterMs === null ? '–' : duration(settledAfterMs),
    passed ? 'passed' : '**failed**',
  ];
}

/** `14 hold`, or those that do not, each with its violations; one that had nothing to look at shows nothing. */
function invariantsOf({ invariants }: FaultResult): string {
  if (invariants.length === 0) return '–';
  const broken = invariants.filter(({ holds }) => !holds);
  const idle = invariants.filter(({ checked }) => checked === 0).map(({ invariant }) => invariant);
  const held = `${invariants.length - idle.length} hold`;
  if (broken.length === 0) return idle.length === 0 ? held : `${held}, nothing seen of ${idle.join(', ')}`;
  return `**${broken.map(({ invariant, count: found }) => `${invariant}: ${found}`).join(', ')}**`;
}

function recoveryOf({ recoveryMs }: FaultResult): string {
  const times = Object.values(recoveryMs).flat();
  return times.length === 0 ? '–' : `${duration(quantile(times, 0.5))}, at most ${duration(Math.max(...times))}`;
}

/** What scenarios demanded beside the invariants. */
export function findingTable(catalogue: readonly Entry[], runs: Runs): string {
  const rows = inOrder(catalogue, runs).flatMap(({ scenario, transport, findings }) =>
    findings.map(({ finding, value, unit, limit, met }) => [
      scenario,
      transport,
      finding,
      `${value}${unit === '' ? '' : ` ${unit}`}`,
      limit,
      met ? 'met' : '**missed**',
    ]),
  );
  return rows.length === 0 ? '' : table(['row', 'transport', 'figure', 'value', 'limit', ''], rows);
}

/** Why a run failed. */
export function failureList(catalogue: readonly Entry[], runs: Runs): string {
  return inOrder(catalogue, runs)
    .filter(({ passed }) => !passed)
    .map(({ scenario, transport, failures }) => `- **${scenario}, ${transport}**: ${firstLines(failures)}`)
    .join('\n');
}

/** An error may bring a log with it. */
const firstLines = (failures: readonly string[]): string =>
  failures.map((failure) => (failure.split('\n')[0] ?? '').slice(0, 300)).join('; ');

/** Of each kind, how long it took until it was ready again. */
export function recoveryTable(runs: Runs): string {
  const rows = transports.flatMap((transport) => {
    const results = runs.scenarios.filter((each) => each.transport === transport);
    return [...recoveries(results)].map(([what, times]) => [
      what,
      transport,
      count(times.length),
      ...[0.5, 0.95, 1].map((share) => duration(quantile(times, share))),
    ]);
  });
  return rows.length === 0 ? '' : table(['after', 'transport', 'times', 'median', '95 %', 'slowest'], rows);
}

/** With what each run can be repeated. */
export function repeatTable(catalogue: readonly Entry[], runs: Runs): string {
  const dated = [...inOrder(catalogue, runs), ...runs.crashPoints, ...runs.controls];
  const rows = dated.map(({ command, date, commit }) => [`\`${command}\``, date.slice(0, 10), commit]);
  return rows.length === 0 ? '' : table(['command', 'run on', 'commit'], rows);
}

export const inOrder = (catalogue: readonly Entry[], runs: Runs): FaultResult[] =>
  catalogue.flatMap((entry) => transports.flatMap((transport) => resultOf(runs, entry, transport) ?? []));

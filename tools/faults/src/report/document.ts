import type { MachineFacts } from '../result.ts';
import { backlogPlot } from './backlog-plot.ts';
import type { Entry } from './catalogue.ts';
import { paragraphs, table } from './markdown.ts';
import { marked, reliability } from './paragraph.ts';
import { recoveryPlot } from './recovery-plot.ts';
import type { Runs } from './runs.ts';
import {
  catalogueTable,
  failureList,
  findingTable,
  inOrder,
  notRun,
  recoveryTable,
  repeatTable,
  resultTable,
} from './scenario-tables.ts';
import { count, upperBound } from './statistics.ts';
import { controlTable, crashPointSentence, crashPointTable } from './sweep-tables.ts';

/** The report and its plots, by their paths within `docs`. */
export type Report = Readonly<Record<string, string>>;

const plots = { recovery: 'faults/recovery.svg', backlog: 'faults/backlog.svg' } as const;

/** All of it comes from results; what has none is said to be not run. */
export function report(catalogue: readonly Entry[], runs: Runs): Report {
  const results = inOrder(catalogue, runs);
  const drawn = { [plots.recovery]: recoveryPlot(results), [plots.backlog]: backlogPlot(results) };
  const made = Object.fromEntries(Object.entries(drawn).filter(([, svg]) => svg !== ''));
  const image = (file: string, words: string) => (file in made ? `![${words}](${file})` : '');
  const document = paragraphs(
    '# What was broken, and what held',
    'Written by `npm run faults:report` from the results of runs in `.towpath/faults`; [tools/faults](../tools/faults/README.md) makes them. ' +
      'No figure here is written by hand.',
    marked(reliability(catalogue, runs)),
    section('What was run', resultTable(catalogue, runs), resultNotes, failed(catalogue, runs)),
    section('What scenarios demand beside the invariants', findingTable(catalogue, runs)),
    section('Recovery', image(plots.recovery, 'How long it took until it was ready again'), recoveryTable(runs)),
    section('Backlog', image(plots.backlog, 'Messages and orders that waited, over time')),
    section('Crash points', ...crashPoints(runs)),
    section('Negative controls', controlTable(runs) || `The controls were ${notRun}.`, controlNotes(runs)),
    section('What the numbers say', statistics(runs)),
    section('The catalogue', catalogueTable(catalogue, runs)),
    section('To repeat it', surroundings(runs), repeatTable(catalogue, runs), repeatNotes),
  );
  return { 'faults.md': `${document}\n`, ...made };
}

/** A heading and its parts; nothing where all of them are empty. */
function section(title: string, ...parts: readonly string[]): string {
  return parts.every((part) => part === '') ? '' : paragraphs(`## ${title}`, ...parts);
}

const resultNotes =
  '_Met work_: faults made while a request, message, transaction or provider call was open at their target; a scenario in which none was has failed. ' +
  '_Invariants_: I1 to I14, asserted over every database and the payment provider’s own log. _Recovered_: until what was killed or paused is ready, ' +
  'from when it may come back. _Settled_: from the end of the faults until no order, message or operation is left to do; more than 60 s is a failure.';

function failed(catalogue: readonly Entry[], runs: Runs): string {
  const list = failureList(catalogue, runs);
  return list === '' ? '' : paragraphs('Runs that failed, and why:', list);
}

function crashPoints(runs: Runs): string[] {
  if (runs.crashPoints.length === 0) return [`The sweep was ${notRun}.`];
  return [runs.crashPoints.map((each) => `- ${crashPointSentence(each)}`).join('\n'), crashPointTable(runs)];
}

const controlNotes = ({ controls }: Runs): string =>
  controls.length === 0
    ? ''
    : 'Each guard was taken out by itself in a test build. It counts as caught only when the invariant that was named beforehand broke. ' +
      'Where the re-drive sweep would heal the harm it is off. Where something left to do (I8) is the harm, a run with every guard in place, the sweep off ' +
      'and the same deaths has to pass.';

function statistics({ scenarios }: Runs): string {
  const checked = scenarios.filter(({ invariants }) => invariants.length > 0);
  const whole = checked.filter(({ invariants }) => invariants.every(({ holds }) => holds));
  const orders = checked.reduce((sum, { orders: { ok } }) => sum + ok, 0);
  if (orders === 0 || whole.length < checked.length) {
    return 'There is no bound to state: nothing was checked, or an invariant did not hold. No failure in n orders would bound the rate at 3/n (95 %).';
  }
  return (
    `The ${count(checked.length)} runs above that were checked accepted ${count(orders)} orders, and no invariant broke for any. With no failure in n tries the true rate is below 3/n with 95 % ` +
    `confidence: ${upperBound(orders)} per order, under these faults and this load. It is no proof that the rate is zero, and a rare moment may not have been ` +
    `hit once: random kills only sample such moments. What covers them is the sweep of crash points.`
  );
}

function surroundings({ scenarios, crashPoints: sweeps, controls }: Runs): string {
  const all = [...scenarios, ...sweeps, ...controls];
  const machines = new Set(all.map(({ machine }) => describe(machine)));
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of all.flatMap((each) => Object.entries(each.versions))) {
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  const rows = [
    ...[...machines].map((machine) => ['machine', machine]),
    ...[...versions].map(([name, found]) => [name, [...found].join(', ')]),
  ];
  return rows.length === 0 ? '' : table(['', ''], rows);
}

const describe = ({ cpu, cores, memoryGb, os }: MachineFacts): string =>
  `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}`;

const repeatNotes =
  'A seed decides what customers do and which faults come, in which order and to whom. It cannot decide how processes interleave: a repeated run is alike, not equal.';

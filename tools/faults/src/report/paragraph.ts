import { UserError } from '@towpath/local';

import type { FaultResult } from '../result.ts';
import type { TransportName } from '../shop/fault-shop.ts';
import { type Entry, transports } from './catalogue.ts';
import type { Runs } from './runs.ts';
import { count, upperBound, violations } from './statistics.ts';
import { isCaught } from './sweep-tables.ts';

const names: Readonly<Record<TransportName, string>> = { direct: 'the direct transport', kafka: 'Kafka' };
const begin = '<!-- reliability: written by npm run faults:report -->';
const end = '<!-- /reliability -->';

/** What the report comes to, as the README quotes it. Figures come from results alone. */
export function reliability(catalogue: readonly Entry[], runs: Runs): string {
  const releases = transports.map((transport) => [transport, releaseOf(runs, transport)] as const);
  const made = releases.flatMap(([, result]) => result ?? []);
  const sentences = [
    ...releases.map(([transport, result]) =>
      result ? told(result) : `A release run on ${names[transport]} was not made.`,
    ),
    bound(made),
    ...transports.map((transport) => rowsPassed(catalogue, runs, transport)),
    ...sweeps(runs),
  ];
  return sentences.filter((each) => each !== '').join(' ');
}

const releaseOf = ({ scenarios }: Runs, transport: TransportName): FaultResult | undefined =>
  scenarios.find((each) => each.scenario === 'release' && each.transport === transport);

function told(result: FaultResult): string {
  const { orders, faults, transport, passed } = result;
  const one = (invariant: string) => {
    const found = violations(result, invariant);
    return found === undefined ? 'unknown how many' : count(found);
  };
  const books =
    violations(result, 'I7') === 0 ? 'the ledger agreed with the provider to the cent' : '**the ledger did not agree**';
  return (
    `On ${names[transport]}, ${count(orders.asked)} orders went through ${count(faults.made)} faults, ${count(faults.hit)} of which met work ` +
    `in flight: ${one('I1')} lost, ${one('I4')} charged twice, ${one('I8')} stuck, and ${books}` +
    (passed ? '.' : '. **That run failed.**')
  );
}

/** Of the rows of the catalogue; mixes and sweeps are told of by themselves. */
function rowsPassed(catalogue: readonly Entry[], { scenarios }: Runs, transport: TransportName): string {
  const rows = catalogue.filter(
    ({ id, command, transports: runsOn }) => /^F\d/.test(id) && command === id && runsOn.includes(transport),
  );
  const passed = rows.filter(({ id }) =>
    scenarios.some((each) => each.scenario === id && each.transport === transport && each.passed),
  );
  return `Of the ${rows.length} kinds of fault that apply to ${names[transport]}, ${passed.length} passed as scenarios of their own.`;
}

/** No failure in n orders says that fewer than 3 in n are to be expected, not that there are none. */
function bound(releases: readonly FaultResult[]): string {
  const orders = releases.reduce((sum, each) => sum + each.orders.ok, 0);
  const failed = releases.some((each) => ['I1', 'I4', 'I8'].some((name) => violations(each, name) !== 0));
  if (orders === 0 || failed) return '';
  return `No failure in ${count(orders)} accepted orders bounds the rate at 3/n, ${upperBound(orders)} per order (95 %).`;
}

function sweeps({ crashPoints, controls }: Runs): string[] {
  const deaths = crashPoints.flatMap((each) => each.deaths).filter(({ died }) => died);
  const broken = deaths.filter(({ holds }) => !holds).length;
  const points = new Set(deaths.map(({ point, side }) => `${side} ${point}`)).size;
  const tried = controls.flatMap((each) => each.controls).filter(({ why }) => why === undefined);
  const after = broken === 0 ? 'all invariants held' : `**an invariant broke after ${count(broken)} of them**`;
  return [
    deaths.length === 0
      ? 'The crash-point sweep was not run.'
      : `Random kills only sample rare moments; so ${count(deaths.length)} times a process died exactly before or after a durable step (${points} places): ${after}.`,
    tried.length === 0
      ? 'The negative controls were not run.'
      : `With one guard taken out at a time, the harness caught ${tried.filter(isCaught).length} of ${tried.length}.`,
  ];
}

/** The text with its reliability paragraph replaced. @throws UserError when it has no place for one */
export function withParagraph(text: string, paragraph: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new UserError(`README.md has no place for the paragraph: ${begin} … ${end}`);
  return `${text.slice(0, from)}${marked(paragraph)}${text.slice(to + end.length)}`;
}

export const marked = (paragraph: string): string => `${begin}\n\n${paragraph}\n\n${end}`;

/** What stands between the marks; undefined where there are none. */
export function paragraphIn(text: string): string | undefined {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  return from < 0 || to < from ? undefined : text.slice(from + begin.length, to).trim();
}

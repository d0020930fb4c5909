import { type Say, table, UserError } from '@towpath/local';

import { runControls } from './controls/controls.ts';
import { crashPoints } from './crash-points/crash-points.ts';
import { runScenario } from './run.ts';
import { type Arguments, commandOf } from './run-arguments.ts';
import { runBench } from './run-bench.ts';
import { describeResult } from './run-summary.ts';
import type { Measured, Scenario } from './scenarios/scenario.ts';
import { mixes, rows } from './scenarios/scenarios.ts';

/** Who does what was asked for, and hears that it has to end. */
export interface Terminal {
  readonly say: Say;
  readonly print: (text: string) => void;
  readonly interrupt: AbortSignal;
}

type Any = Scenario | Measured;

/** What is no single run. */
const sweeps = [
  ['crash-points', 'direct, kafka', 'F5: processes die just before and just after each durable step'],
  ['controls', 'direct, kafka', 'Each guard is taken away, and must be missed'],
];

/** Does what the arguments ask for. Resolves with whether all of it passed. @throws UserError for what there is not */
export function runCommand(asked: Arguments, terminal: Terminal): Promise<boolean> {
  if (asked.what === 'list') return list(terminal);
  if (asked.what === 'all') return runAll(asked, terminal);
  if (asked.what === 'controls') return runControls(asked, terminal);
  if (asked.what === 'crash-points' || asked.what === 'F5') return runOne(crashPoints(asked.seeds), asked, terminal);
  return runOne(find(asked.what), asked, terminal);
}

/** Each with what it is, where it can run, and why not elsewhere. */
function list({ print }: Terminal): Promise<boolean> {
  const described = [...rows, ...mixes].map((scenario) => [
    scenario.id,
    scenario.transports.join(', '),
    scenario.title,
  ]);
  print(table([...described, ...sweeps]));
  return Promise.resolve(true);
}

async function runAll(asked: Arguments, terminal: Terminal): Promise<boolean> {
  const results: string[][] = [];
  let allPassed = true;
  for (const scenario of [...rows, crashPoints(asked.seeds)]) {
    const why = cannot(scenario, asked);
    if (terminal.interrupt.aborted) break;
    const passed = why === undefined ? await runOne(scenario, asked, terminal) : undefined;
    allPassed &&= passed ?? true;
    results.push([
      scenario.id,
      passed === undefined ? 'not here' : passed ? 'passed' : 'FAILED',
      why ?? scenario.title,
    ]);
  }
  terminal.print(`\n${table(results)}`);
  return allPassed && !terminal.interrupt.aborted;
}

async function runOne(scenario: Any, asked: Arguments, { say, print, interrupt }: Terminal): Promise<boolean> {
  const why = cannot(scenario, asked);
  if (why !== undefined) throw new UserError(why);
  print(`${scenario.id}: ${scenario.title}.\nAgain: ${commandOf({ ...asked, what: scenario.id })}\n`);
  const options = { ...asked, say, interrupt };
  const result = 'bench' in scenario ? await runBench(scenario, options) : await runScenario(scenario, options);
  print(`\n${describeResult(result)}\n`);
  return result.passed;
}

function find(name: string): Any {
  const all = [...rows, ...mixes];
  const found = all.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  if (name.toUpperCase() === 'F22')
    throw new UserError('F22, a migration during traffic, comes with the checks of migrations.');
  throw new UserError(
    `There is no scenario "${name}". There are ${[...all.map(({ id }) => id), 'crash-points', 'controls'].join(', ')}; list tells of each.`,
  );
}

/** Why it cannot run, with this transport or on this machine. */
function cannot({ id, transports, why, missing }: Any, { transport }: Arguments): string | undefined {
  if (!transports.includes(transport))
    return `${id} has nothing to do with ${transport}. ${why?.[transport] ?? ''}`.trim();
  return missing?.();
}

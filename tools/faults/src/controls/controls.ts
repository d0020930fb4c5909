import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { table } from '@towpath/local';

import { isCaught } from '../report/sweep-tables.ts';
import type { FaultResult } from '../result.ts';
import { runScenario } from '../run.ts';
import { type Arguments, commandOf } from '../run-arguments.ts';
import type { Terminal } from '../run-command.ts';
import { commit, machineFacts, versions } from '../run-facts.ts';
import { runsFolder } from '../run-folder.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ControlRun, ControlsResult } from '../sweep-result.ts';
import { type Control, controls, deaths } from './control.ts';
import { drop } from './guard.repository.ts';

const ordersAtOnce = 400;
const mostOrders = 2_000;
/** Never, as far as a run goes. */
const never = '1000000000';
/** Nothing that was lost is asked for again, and no order ends because nothing is heard of it. */
const sweepOff = { SWEEP_EVERY_MS: never, SWEEP_QUIET_MS: never, ORDER_DEADLINE_MS: never };

/** Takes each guard away in turn: a harness that does not see that is no proof of anything. Resolves with whether all were caught. */
export async function runControls(asked: Arguments, terminal: Terminal): Promise<boolean> {
  const { transport, seed } = asked;
  const folder = join(runsFolder, `controls-${transport}-${seed}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const startedAt = performance.now();
  const run = (scenario: Scenario, at: number) =>
    runScenario(scenario, { ...terminal, transport, seed: at, orders: asked.orders, runs: join(folder, 'runs') });
  const date = new Date().toISOString();
  terminal.print('The baseline: the same deaths with every guard in place, and with the sweep off.');
  const baseline = await run(baselineScenario, seed);
  const done: ControlRun[] = [];
  for (const control of controls) {
    if (terminal.interrupt.aborted) return false;
    done.push(await tryOne(control, { asked, run, baselinePassed: baseline.passed, interrupt: terminal.interrupt }));
    terminal.print(`\n${tableOf(done)}\n`);
  }
  const result: ControlsResult = {
    version: 1,
    transport,
    date,
    command: commandOf({ ...asked, what: 'controls' }),
    commit: commit(),
    machine: machineFacts(),
    versions: versions(transport),
    controls: done,
    durationMs: Math.round(performance.now() - startedAt),
  };
  writeFileSync(join(folder, 'controls.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  if (!baseline.passed) terminal.print(`The baseline has failed: ${baseline.failures.join(' ')}`);
  return baseline.passed && done.every((one) => one.why !== undefined || isCaught(one));
}

interface Trial {
  readonly asked: Arguments;
  readonly run: (scenario: Scenario, seed: number) => Promise<FaultResult>;
  readonly baselinePassed: boolean;
  readonly interrupt: AbortSignal;
}

/** More seeds, until it is caught or the orders are used up. */
async function tryOne(control: Control, { asked, run, baselinePassed, interrupt }: Trial): Promise<ControlRun> {
  const { transport, seed, orders = ordersAtOnce } = asked;
  const { guards, title, named, isLoss } = control;
  // Whatever is slow leaves something to do: that shows a guard's absence only where its presence leaves nothing.
  const baseline = named === 'I8' ? baselinePassed : null;
  const about = { guards, title, named, sweepOff: isLoss, baselinePassed: baseline };
  if (!control.transports.includes(transport)) return { ...about, broken: [], orders: 0, seed, why: control.why };
  for (let done = orders, at = seed; ; done += orders, at += 1) {
    const { invariants } = await run(scenarioOf(control), at);
    const broken = invariants.filter(({ holds }) => !holds).map(({ invariant }) => invariant);
    const made = { ...about, broken, orders: done, seed: at };
    if (isCaught(made) || interrupt.aborted || done + orders > mostOrders) return made;
  }
}

function scenarioOf({ guards, title, constraints = [], isLoss, settings, mix, faults }: Control): Scenario {
  return {
    id: `control-${guards[0]}`,
    title: `Without ${guards.join(' and ')}: ${title}`,
    transports: ['direct', 'kafka'],
    orders: ordersAtOnce,
    load: { perSecond: 15, mix },
    // What is lost stays unsettled; the others are to come in all the same.
    mostUnsettled: Infinity,
    // One process that takes orders in and sends: without an outbox it does both in one breath.
    shop: () => ({
      split: false,
      settings: { ...settings, ...(isLoss && sweepOff), WITHOUT_GUARDS: guards.join(',') },
    }),
    async prepare(run) {
      for (const constraint of constraints) await drop(run.shop, constraint);
    },
    faults,
  };
}

const baselineScenario: Scenario = {
  id: 'control-baseline',
  title: 'Every guard in place, the sweep off',
  transports: ['direct', 'kafka'],
  orders: ordersAtOnce,
  load: { perSecond: 15 },
  shop: () => ({ split: false, settings: sweepOff }),
  faults: deaths,
};

function tableOf(runs: readonly ControlRun[]): string {
  return table(
    runs.map((run) => [
      run.why ? 'not here' : isCaught(run) ? 'caught' : 'NOT CAUGHT',
      run.guards.join(', '),
      `named ${run.named}`,
      `broken ${run.broken.join(' ') || 'none'}`,
      `${run.orders} orders`,
      run.why ?? run.title,
    ]),
  );
}

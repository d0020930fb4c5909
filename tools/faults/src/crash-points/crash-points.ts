import { join } from 'node:path';

import { check } from '../checker/check.ts';
import { describeLeft, settle } from '../checker/settle.ts';
import { Random } from '../random.ts';
import { commit } from '../run-facts.ts';
import { runsFolder } from '../run-folder.ts';
import { Desk } from '../scenarios/desk.ts';
import { none } from '../scenarios/finding.ts';
import type { Run, Scenario } from '../scenarios/scenario.ts';
import type { CrashPointDeath } from '../sweep-result.ts';
import { dieInCommand } from './dying-commands.ts';
import { DyingProcesses } from './dying-processes.ts';
import { Progress } from './progress.ts';
import { writeResult } from './result-file.ts';
import { type Step, stepsOf } from './steps.ts';

const settlesWithinMs = 60_000;
/** The first hand for a lost message is not the sweep, but nothing waits long for it either. */
const settings = {
  SWEEP_EVERY_MS: '1000',
  SWEEP_QUIET_MS: '4000',
  OPERATION_RETRY_MAX_MS: '1000',
  PAYMENT_PROVIDER_TIMEOUT_MS: '2000',
};
const dying = ['order-processor-api-1', 'order-processor-worker-1', 'payment-1', 'catalog-1'];
const fileIn = (folder: string, process: string) => join(folder, `${process}.failpoint`);

/** F5: every process dies just before and just after each durable step, one at a time, in one shop that goes on. */
export function crashPoints(seeds: number): Scenario {
  let allowed = 0;
  let current: Run | undefined;
  return {
    id: 'crash-points',
    title: `Processes die before and after each durable step, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    transports: ['direct', 'kafka'],
    orders: seeds * 160,
    // Much more than it takes where nothing else runs.
    deadlineMs: 600_000 + seeds * 200_000,
    load: { isFull: () => (current?.load.submitted ?? 0) >= allowed },
    shop: ({ folder }) => ({
      replicas: 1,
      settings,
      settingsOf: Object.fromEntries(dying.map((name) => [name, { FAILPOINT_FILE: fileIn(folder, name) }])),
    }),
    async faults(run) {
      current = run;
      const desk = await Desk.at(run);
      const letIn = (orders: number) => void (allowed = run.load.submitted + orders);
      const processes = new DyingProcesses(run, desk, (name) => fileIn(run.folder, name), letIn);
      try {
        await sweep(run, seeds, processes);
      } finally {
        run.load.stop();
        await desk.close();
      }
    },
  };
}

async function sweep(run: Run, seeds: number, processes: DyingProcesses): Promise<void> {
  const startedAt = performance.now();
  const progress = new Progress(join(runsFolder, `crash-points-${run.transport}.progress`), commit());
  const deaths: CrashPointDeath[] = [];
  try {
    for (let seed = run.seed; seed < run.seed + seeds; seed += 1) {
      const steps = stepsOf(seed, run.transport, new Random(seed).fork('crash points'));
      run.say(
        `Seed ${seed}: ${steps.length} deaths, ${steps.filter(({ name }) => progress.has(name)).length} done before.`,
      );
      const died = await dieAtAll(
        run,
        steps.filter(({ name }) => !progress.has(name)),
        processes,
      );
      const broken = await brokenAfter(run, seed);
      deaths.push(
        ...steps.map((step) => deathOf(step, seed, progress.has(step.name) || died.includes(step.name), broken)),
      );
      if (broken.length > 0) throw new Error(`After the deaths of seed ${seed} ${broken.join(', ')} did not hold.`);
      // Not before: whoever goes on has another shop, and looks at nothing of what was left in this one.
      for (const name of died) progress.add(name);
    }
  } finally {
    writeResult(run, seeds, deaths, Math.round(performance.now() - startedAt));
  }
  const missed = deaths.filter(({ died }) => !died);
  run.found(none('points at which nobody died', missed.length));
  for (const { seed, point, side } of missed) run.say(`Never reached: seed ${seed}: ${point}/${side}.`);
  if (missed.length === 0) progress.forget();
}

/** Resolves with the names of the steps at which somebody died. */
async function dieAtAll(run: Run, steps: readonly Step[], processes: DyingProcesses): Promise<string[]> {
  const died: string[] = [];
  for (const step of steps) if (await dieAt(run, step, processes)) died.push(step.name);
  return died;
}

function deathOf({ place }: Step, seed: number, died: boolean, broken: readonly string[]): CrashPointDeath {
  const [point, side] = place.split('/') as [string, CrashPointDeath['side']];
  return { point, side, seed, died, holds: broken.length === 0, broken };
}

async function dieAt(run: Run, step: Step, processes: DyingProcesses): Promise<boolean> {
  const atMs = run.clock.elapsedMs;
  const recoveredMs = step.at === undefined ? undefined : await processes.die(step.at, step);
  const hit = step.at === undefined ? await dieInCommand(run, step) : recoveredMs !== undefined;
  // Whoever dies inside a step has it under way.
  const target = step.at ?? `the command for ${step.by}`;
  run.nemesis.log.write({
    atMs,
    fault: `die ${step.place}`,
    target,
    detail: `${step.by}, pass ${step.times}`,
    inFlight: Number(hit),
    hit,
    ...(recoveredMs !== undefined && { recoveredMs }),
  });
  await settled(run, `${step.name} of ${target}`);
  return hit;
}

async function settled(run: Run, after: string): Promise<void> {
  const { afterMs, left } = await settle(run.shop, settlesWithinMs, run.say);
  if (afterMs === null)
    throw new Error(`${after}: left to do after ${settlesWithinMs / 1_000} s: ${describeLeft(left)}.`);
}

/** Once all orders of this seed have ended, every invariant has to hold. Resolves with those that do not. */
async function brokenAfter(run: Run, seed: number): Promise<string[]> {
  await run.clock.within(run.load.idle());
  await settled(run, `seed ${seed}`);
  const broken = (await check(run.shop, run.history, run.expected)).filter(({ holds }) => !holds);
  for (const { invariant, examples } of broken) run.say(`Seed ${seed}: ${invariant} is broken: ${examples.join('; ')}`);
  if (broken.length === 0) run.say(`Seed ${seed}: every invariant holds.`);
  return broken.map(({ invariant }) => invariant);
}

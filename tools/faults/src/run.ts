import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Say } from '@towpath/local';

import { Backlog } from './checker/backlog.ts';
import { check, ends } from './checker/check.ts';
import { dumpTables } from './checker/dump-tables.ts';
import { settle } from './checker/settle.ts';
import { History } from './history/history.ts';
import { Load } from './load/load.ts';
import { Clock } from './nemesis/clock.ts';
import { FaultLog } from './nemesis/fault-log.ts';
import { Nemesis } from './nemesis/nemesis.ts';
import { Random } from './random.ts';
import type { FaultResult } from './result.ts';
import { RunFolder } from './run-folder.ts';
import { RunNotes } from './run-notes.ts';
import type { Run, Scenario } from './scenarios/scenario.ts';
import { FaultShop, type TransportName } from './shop/fault-shop.ts';

/** What a run of a scenario is told. */
export interface RunOptions {
  readonly transport: TransportName;
  readonly seed: number;
  /** In place of the scenario's own number. */
  readonly orders?: number;
  /** Of a sweep, for the command that repeats it. */
  readonly seeds?: number;
  /** Keep what a passing run leaves too. */
  readonly keep?: boolean;
  readonly say: Say;
  /** Aborted when somebody asks for the end. */
  readonly interrupt?: AbortSignal;
  /** The folder in which runs have theirs. */
  readonly runs?: string;
}

const deadlineUsuallyMs = 360_000;
const settlesWithinMs = 60_000;
const mostUnsettledUsually = 120;
const endsWithinMs = 20_000;
const tellEveryMs = 10_000;

interface Stage {
  readonly options: RunOptions;
  readonly shop: FaultShop;
  readonly history: History;
  readonly folder: RunFolder;
  readonly notes: RunNotes;
}

/**
 * One run of one scenario: a shop, customers, faults at the same time; then peace, and every invariant. Whatever happens,
 * all that was started has ended when it resolves. What went wrong is in the result, never thrown.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<FaultResult> {
  const folder = new RunFolder(scenario.id, options.transport, options.seed, options.runs);
  const notes = new RunNotes(scenario, options);
  folder.writeCommand(notes.command);
  const history = new History(folder.file('history.jsonl'));
  try {
    await withShop(scenario, options, folder, (shop) => perform(scenario, { options, shop, history, folder, notes }));
  } catch (error) {
    notes.failed(error);
  }
  const result = await notes.result(history);
  await history.close();
  folder.write(result);
  if (result.passed && !options.keep) folder.trim();
  return result;
}

/** Gives it a shop that is gone afterwards. */
async function withShop(
  scenario: Scenario,
  { transport, seed, say }: RunOptions,
  folder: RunFolder,
  use: (shop: FaultShop) => Promise<void>,
): Promise<void> {
  const given = { transport, seed, folder: folder.path };
  const state = folder.file('shop');
  mkdirSync(state, { mode: 0o755 });
  scenario.before?.(given);
  try {
    const shop = await FaultShop.start({ transport, folder: state, ...scenario.shop?.(given) }, say);
    await use(shop).finally(() => shop.stop());
  } finally {
    scenario.after?.(given);
  }
}

async function perform(scenario: Scenario, stage: Stage): Promise<void> {
  const { notes, shop, folder, options } = stage;
  notes.phase('prepare');
  const run = readyRun(scenario, stage);
  await run.clock.within(run.load.prepare());
  await scenario.prepare?.(run);
  try {
    await stress(scenario, run, notes);
    if (!options.interrupt?.aborted) await judge(scenario, run, notes);
  } catch (error) {
    notes.failed(error);
  }
  if (options.interrupt?.aborted) return;
  notes.ended(await ends(shop).catch(() => ({})));
  if (notes.hasFailed) await dumpTables(shop, folder.file('databases')).catch((error: unknown) => notes.failed(error));
}

function readyRun(scenario: Scenario, { options, shop, history, folder, notes }: Stage): Run {
  const { transport, seed, say, interrupt, orders = scenario.orders } = options;
  const random = new Random(seed).fork(scenario.id);
  const late = deadline(scenario.deadlineMs ?? deadlineUsuallyMs);
  const clock = new Clock(interrupt === undefined ? late : AbortSignal.any([late, interrupt]));
  const log = new FaultLog(folder.file('faults.jsonl'));
  notes.follow(log);
  return {
    transport,
    seed,
    orders,
    random,
    shop,
    history,
    clock,
    say,
    folder: folder.path,
    load: new Load(
      shop,
      { goesOn: true, ...scenario.load, isFull: () => isFull(scenario, notes), orders, random: random.fork('load') },
      history,
    ),
    nemesis: new Nemesis(shop, random.fork('nemesis'), log, clock),
    expected: {},
    found: (finding) => notes.found(finding),
  };
}

/** Load and faults until both are over or the time is; then the nemesis leaves. A fault that failed is no reason not to look at what is left. */
async function stress(scenario: Scenario, run: Run, notes: RunNotes): Promise<void> {
  const { load, clock, say, shop, nemesis } = run;
  say(`${run.orders} orders come in. ${scenario.title}.`);
  notes.phase('load');
  clock.start();
  load.start();
  notes.watch(new Backlog(shop));
  const telling = setInterval(() => say(progressOf(run)), tellEveryMs);
  try {
    // No fault is to come when nobody is left: customers come until the last one has been.
    const faults = scenario.faults(run).then(() => load.reached(1));
    await clock.within(Promise.all([faults.finally(() => load.stop()), load.finished]));
  } catch (error) {
    notes.failed(error);
  } finally {
    clearInterval(telling);
    nemesis.heal();
  }
  load.stop();
  // After a deadline, what is under way may still come to its end.
  await Promise.race([load.finished.catch(() => undefined), sleep(endsWithinMs, undefined, { ref: false })]);
}

async function judge(scenario: Scenario, run: Run, notes: RunNotes): Promise<void> {
  const { say, shop, history, expected } = run;
  say('The faults are over. Waiting until nothing is left to do.');
  notes.phase('settle');
  notes.settled(await settle(shop, settlesWithinMs, say, expected));
  say('Looking at every invariant.');
  notes.phase('check');
  notes.judged(await check(shop, history, expected));
  await scenario.also?.(run);
}

/** Orders come no faster than the shop gets through with them: what is left after the faults is their doing, not a queue. */
function isFull({ load, mostUnsettled = mostUnsettledUsually }: Scenario, notes: RunNotes): boolean {
  return notes.unsettled > mostUnsettled || (load?.isFull?.() ?? false);
}

function deadline(ms: number): AbortSignal {
  const end = new AbortController();
  setTimeout(() => end.abort(new Error(`It was not over within ${ms / 1_000} s.`)), ms).unref();
  return end.signal;
}

function progressOf({ load, orders, nemesis }: Run): string {
  const { records } = nemesis.log;
  const hits = records.filter(({ hit }) => hit).length;
  return `${load.submitted} of ${orders} orders begun, ${load.acknowledged} taken in; ${records.length} faults, ${hits} hit work in flight.`;
}

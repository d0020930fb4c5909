import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { kindOf } from '../nemesis/nemesis.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import { unwantedAnswers } from './answers.ts';
import { atLeast, none } from './finding.ts';
import type { Run, Scenario } from './scenario.ts';
import { replicas } from './shares.ts';

const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];
const library = folders
  .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));

/** Seconds: behind, ahead, a step back, a step far ahead. */
const skews = ['-600', '+600', '-60', '+7200'] as const;
const right = '+0';
const eachMs = 6_000;
const patienceMs = 2_000;
/** A date has whole seconds, and is said a while after it was taken. */
const toleranceMs = 5_000;
/** The library looks into its file once a second. */
const noticedMs = 1_000;

export const clockSkew: Scenario = {
  id: 'F18',
  title: 'Clocks of processes are 10 min behind or ahead, step back 60 s and forward 2 h; the databases’ are right',
  transports: ['direct', 'kafka'],
  orders: 700,
  load: { perSecond: 5 },
  deadlineMs: 480_000,
  missing: () => (library === undefined ? 'Clocks are set by libfaketime: apt-get install faketime.' : undefined),
  async prepare(run) {
    run.say('Every process is started again with a clock that can be set.');
    for (const group of replicas(run)) await Promise.all(group.map((process) => giveClock(run, process)));
  },
  async faults(run) {
    await run.load.reached(0.02);
    // One of each kind: its replica's clock is right, so that the two differ.
    const victims = replicas(run)
      .map((group) => run.random.pick(group))
      .values();
    const shown: boolean[] = [];
    const lane = async () => {
      for (const victim of victims) shown.push(...(await confuse(run, victim)));
    };
    await Promise.all([lane(), lane()]);
    run.found(atLeast('clocks that showed what they were set to', shown.filter(Boolean).length, 1, ''));
    run.found(none('clocks that showed something else', shown.filter((isSo) => !isSo).length));
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

/** Resolves with whether its clock showed what it was set to, each time that it could be asked. */
async function confuse(run: Run, victim: ShopProcess): Promise<boolean[]> {
  const shown: boolean[] = [];
  for (const skew of skews) {
    await setClock(run, victim, skew, eachMs);
    const aheadMs = await aheadOf(victim).catch(() => undefined);
    if (aheadMs !== undefined) shown.push(Math.abs(aheadMs - Number(skew) * 1_000) < toleranceMs);
  }
  writeFileSync(clockOf(run, victim), right);
  await run.clock.sleep(noticedMs);
  return shown;
}

/** By the date in its answers, how far its clock is ahead of ours. */
async function aheadOf({ management }: ShopProcess): Promise<number> {
  const answer = await fetch(`${management}/health`, { signal: AbortSignal.timeout(patienceMs) });
  await answer.arrayBuffer();
  return Date.parse(answer.headers.get('date') ?? '') - Date.now();
}

async function setClock(run: Run, victim: ShopProcess, skew: string, ms: number): Promise<void> {
  await run.nemesis.make({
    fault: `set the clock of ${kindOf(victim)}`,
    target: victim.name,
    detail: `${skew} s for ${ms} ms`,
    inFlight: () => victim.inFlight(),
    act: async () => {
      writeFileSync(clockOf(run, victim), skew);
      await run.clock.sleep(ms);
      return undefined;
    },
  });
}

/** Timers go on by the clock that is never set, as in reality. */
async function giveClock(run: Run, process: ShopProcess): Promise<void> {
  writeFileSync(clockOf(run, process), right);
  await process.restart({
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: clockOf(run, process),
    FAKETIME_CACHE_DURATION: String(noticedMs / 1_000),
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
}

function clockOf({ folder }: Run, { name }: ShopProcess): string {
  return join(folder, `clock-of-${name}`);
}

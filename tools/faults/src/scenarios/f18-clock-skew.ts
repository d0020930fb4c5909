import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { kindOf } from '../nemesis/nemesis.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import { unwantedAnswers } from './answers.ts';
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
    const lane = async () => {
      for (const victim of victims) await confuse(run, victim);
    };
    await Promise.all([lane(), lane()]);
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

async function confuse(run: Run, victim: ShopProcess): Promise<void> {
  for (const skew of skews) await setClock(run, victim, skew, eachMs);
  writeFileSync(clockOf(run, victim), right);
  await run.clock.sleep(noticedMs);
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

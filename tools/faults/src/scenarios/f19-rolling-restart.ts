import { summarise } from '../history/summary.ts';
import { countAttempts } from './answers.ts';
import { atLeast, none } from './finding.ts';
import type { Scenario } from './scenario.ts';
import { services } from './shares.ts';

const rounds = 2;

export const rollingRestart: Scenario = {
  id: 'F19',
  title: 'Every process is replaced in turn, twice, behind balancers that honour readiness',
  transports: ['direct', 'kafka'],
  orders: 2_700,
  // What clients read is asked for as well.
  load: { perSecond: 20, mix: { reads: 1 } },
  deadlineMs: 600_000,
  shop: () => ({ settings: { DRAIN_DELAY_MS: '500' } }),
  async faults(run) {
    await run.load.reached(0.02);
    for (let round = 0; round < rounds; round += 1) {
      for (const process of run.random.shuffle(services(run))) await run.nemesis.terminate(process);
    }
  },
  async also(run) {
    const { brokenFirstAttempts } = await summarise(run.history.lines());
    for (const example of brokenFirstAttempts.examples) run.say(`Failed on its first attempt: ${example}`);
    const first = await countAttempts(run.history, ({ try: count, proof }) => count === 1 && proof === 'valid');
    run.found(atLeast('requests that were made for the first time', first, 10_000, ''));
    run.found(none('of them without the answer that they deserve', brokenFirstAttempts.count));
  },
};

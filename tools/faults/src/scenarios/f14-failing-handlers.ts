import { none } from './finding.ts';
import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Scenario } from './scenario.ts';
import { services } from './shares.ts';

/** Of messages; each fails at most twice, so that none becomes poison. */
const shares = 'error=0.04,type-error=0.04,object=0.02,reject=0.02,hang=0.003';

export const failingHandlers: Scenario = {
  id: 'F14',
  title: 'Handlers of messages throw errors and other things, and some never come back',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 8 },
  shop: ({ folder, seed }) => insideFaults(folder, { HANDLER_FAULTS: `${shares},seed=${seed}` }),
  async faults(run) {
    const before = new Map(services(run).map(({ name, pid }) => [name, pid]));
    await run.load.reached(1);
    const ended = services(run).filter(({ name, pid }) => before.get(name) !== pid);
    run.found(none('processes that ended for it', ended.length));
  },
  also(run) {
    countInsideFaults(run);
    return Promise.resolve();
  },
};

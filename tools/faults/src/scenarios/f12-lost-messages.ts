import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Scenario } from './scenario.ts';

export const lostMessages: Scenario = {
  id: 'F12',
  title: 'One message in a hundred is lost after it was acknowledged',
  transports: ['direct', 'kafka'],
  // Some 13 messages each: about 60 are lost.
  orders: 500,
  load: { perSecond: 10 },
  shop: ({ folder, seed }) => insideFaults(folder, { MESSAGE_FAULTS: `drop=0.01,seed=${seed}` }),
  async faults() {
    // The processes make them themselves.
  },
  also(run) {
    countInsideFaults(run);
    return Promise.resolve();
  },
};

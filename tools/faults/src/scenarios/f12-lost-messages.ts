import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Scenario } from './scenario.ts';

export const lostMessages: Scenario = {
  id: 'F12',
  title: 'One message in a hundred is lost after it was acknowledged',
  transports: ['direct', 'kafka'],
  // Some 13 messages each: about 60 are lost.
  orders: 500,
  load: { perSecond: 10 },
  // What is sold may be lost before the first order too: it is said again sooner than after a minute.
  shop: ({ folder, seed }) => ({
    ...insideFaults(folder, { MESSAGE_FAULTS: `drop=0.01,seed=${seed}` }),
    settingsOf: { catalog: { SAY_AGAIN_AFTER_MS: '1000', SAY_AGAIN_POLL_MS: '500' } },
  }),
  async faults() {
    // The processes make them themselves.
  },
  also(run) {
    countInsideFaults(run);
    return Promise.resolve();
  },
};

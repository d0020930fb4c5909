import { atLeast, none } from './finding.ts';
import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

export const reordering: Scenario = {
  id: 'F11',
  title: 'Messages overtake each other, within a stream and across streams',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 8 },
  shop: ({ folder, seed }) => insideFaults(folder, { MESSAGE_FAULTS: `reorder=0.2,seed=${seed}` }),
  async faults(run) {
    const repository = new ShopRepository(run.shop);
    let most = 0;
    while (run.load.submitted < run.orders) {
      most = Math.max(most, await repository.inGaps());
      await run.clock.sleep(100);
    }
    await repository.close();
    run.found(atLeast('messages seen waiting for an earlier one', most, 1, ''));
  },
  async also(run) {
    countInsideFaults(run);
    const repository = new ShopRepository(run.shop);
    run.found(none('messages that still wait for an earlier one', await repository.inGaps()));
    await repository.close();
  },
};

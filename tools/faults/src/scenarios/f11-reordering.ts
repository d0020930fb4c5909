import { sumOfGauges } from '../shop/gauges.ts';
import { atLeast, none } from './finding.ts';
import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Run, Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

export const reordering: Scenario = {
  id: 'F11',
  title: 'Messages overtake each other, within a stream and across streams',
  transports: ['direct', 'kafka'],
  orders: 400,
  // What follows in a stream is mostly said because of what was heard before; a customer who cancels waits for nothing.
  load: { perSecond: 8, mix: { cancels: 0.4 } },
  shop: ({ folder, seed }) => insideFaults(folder, { MESSAGE_FAULTS: `reorder=0.2,seed=${seed}` }),
  faults: ({ load }) => load.reached(1),
  async also(run) {
    countInsideFaults(run);
    run.found(atLeast('messages that came before an earlier one, and waited', await buffered(run), 1, ''));
    const repository = new ShopRepository(run.shop);
    run.found(none('messages that still wait for an earlier one', await repository.inGaps()));
    await repository.close();
  },
};

async function buffered({ shop }: Run): Promise<number> {
  const managed = shop.ofKind('service').flatMap(({ management }) => management ?? []);
  const handled = managed.map((url) => sumOfGauges(url, ['messages_handled_total'], 'outcome="buffer"'));
  return (await Promise.all(handled)).reduce((sum, count) => sum + count, 0);
}

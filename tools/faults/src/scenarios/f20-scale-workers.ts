import type { ShopProcess } from '../shop/shop-process.ts';
import { atMost } from './finding.ts';
import type { Run, Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

const everyMs = 20_000;
const most = 5;

export const scaleWorkers: Scenario = {
  id: 'F20',
  title: 'The workers of order-processor go from one to five and back, every 20 s',
  transports: ['direct', 'kafka'],
  orders: 700,
  load: { perSecond: 7 },
  shop: ({ transport }) => ({
    replicasOf: { 'order-processor-worker': most },
    ...(transport === 'kafka' && { settings: { KAFKA_SESSION_TIMEOUT_MS: '3000' } }),
  }),
  async prepare(run) {
    await Promise.all(extra(run).map((worker) => worker.down('SIGTERM')));
  },
  async faults(run) {
    const from = Date.now();
    await run.load.reached(0.05);
    for (const up of [true, false, true, false]) {
      await Promise.all(extra(run).map((worker) => scale(run, worker, up)));
      await run.clock.sleep(everyMs);
    }
    const repository = new ShopRepository(run.shop);
    const silence = await repository.longestSilenceMs('order-processor', from, Date.now());
    await repository.close();
    run.found(atMost('the longest time without a message handled', silence / 1_000, 10, 's'));
  },
};

/** All but the first. */
function extra({ shop }: Run): readonly ShopProcess[] {
  return shop
    .ofService('order-processor')
    .filter(({ role }) => role === 'worker')
    .slice(1);
}

async function scale({ shop, nemesis }: Run, worker: ShopProcess, up: boolean): Promise<void> {
  const all = shop.ofService('order-processor').filter(({ role }) => role === 'worker');
  await nemesis.make({
    fault: up ? 'a worker more' : 'a worker less',
    target: worker.name,
    // A change of the group stops all of its members for a moment.
    inFlight: async () =>
      (await Promise.all(all.map((each) => each.inFlight()))).reduce((sum, count) => sum + count, 0),
    act: async () => {
      await (up ? worker.up() : worker.down('SIGTERM'));
      return undefined;
    },
  });
}

import type { ShopProcess } from '../shop/shop-process.ts';
import { atMost, quantile, told } from './finding.ts';
import { askToLogIn } from './probe.ts';
import type { Run, Scenario } from './scenario.ts';
import { services } from './shares.ts';
import { ShopRepository } from './shop.repository.ts';

const awayMs = 5_000;

export const recovery: Scenario = {
  id: 'recovery',
  title: 'One process at a time is killed and timed on its way back',
  transports: ['direct', 'kafka'],
  orders: 600,
  load: { perSecond: 5 },
  deadlineMs: 480_000,
  async faults(run) {
    await run.load.reached(0.02);
    const times: number[] = [];
    for (const process of services(run)) times.push((await run.nemesis.kill(process)).recoveredMs ?? Infinity);
    run.found(told('a killed process is ready again, the median', quantile(times, 0.5) / 1_000, 's'));
    run.found(atMost('a killed process is ready again, the slowest', Math.max(...times) / 1_000, 5, 's'));
    for (const server of run.shop.ofKind('postgres')) {
      const ms = await untilWork(run, server);
      run.found(atMost(`first success of ${server.service} after its PostgreSQL is back`, ms / 1_000, 10, 's'));
    }
  },
};

/** Takes a server away for a while. Resolves with the milliseconds from its return to the first success of its service. */
async function untilWork(run: Run, server: ShopProcess): Promise<number> {
  await run.nemesis.outage('postgres away', [server], awayMs);
  const repository = new ShopRepository(run.shop);
  const works = success(run, server.service ?? '', repository);
  try {
    return await run.clock.until(`${server.service} works again`, works, 60_000);
  } finally {
    await repository.close();
  }
}

/** What shows, from now on, that a service did something with its database. */
function success({ shop, load }: Run, service: string, repository: ShopRepository): () => Promise<boolean> {
  const [since, before] = [Date.now(), load.acknowledged];
  const logIn = askToLogIn(shop);
  if (service === 'user') return async () => (await logIn().catch(() => undefined))?.ok ?? false;
  if (service === 'order-processor') return () => Promise.resolve(load.acknowledged > before);
  return async () => (await repository.lastHandledAt(service)) > since;
}

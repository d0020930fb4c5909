import { kindOf } from '../nemesis/nemesis.ts';
import { type FaultRecord } from '../result.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import { none } from './finding.ts';
import { evaluateIn, inspected } from './inspector.ts';
import { besideLogins } from './logins.ts';
import type { Run, Scenario } from './scenario.ts';
import { replicas, services, storm } from './shares.ts';

const blockedMs = 5_000;

export const blockedLoops: Scenario = {
  id: 'F26',
  title: 'The event loop of a process does nothing else for 5 s',
  transports: ['direct', 'kafka'],
  orders: 500,
  load: { perSecond: 8 },
  shop: ({ transport }) => ({
    settings: { ...inspected, ...(transport === 'kafka' && { KAFKA_SESSION_TIMEOUT_MS: '3000' }) },
  }),
  async faults(run) {
    const before = new Map(services(run).map(({ name, pid }) => [name, pid]));
    const shares = replicas(run).map((victims) => ({
      hits: 2,
      victims,
      hurt: (victim: ShopProcess) => block(run, victim),
    }));
    await besideLogins(run, () => storm(run, shares, 2));
    const ended = services(run).filter(({ name, pid }) => before.get(name) !== pid);
    run.found(none('processes that ended for it', ended.length));
  },
};

function block({ shop, nemesis }: Run, victim: ShopProcess): Promise<FaultRecord> {
  return nemesis.make({
    fault: `block the loop of ${kindOf(victim)}`,
    target: victim.name,
    detail: `for ${blockedMs} ms`,
    inFlight: () => victim.inFlight(),
    act: async () => {
      await evaluateIn(
        shop,
        victim,
        `for (const until = performance.now() + ${blockedMs}; performance.now() < until; );`,
      );
      return undefined;
    },
  });
}

import { unanswered } from './answers.ts';
import { atMost } from './finding.ts';
import { directions, linksByKind, onLinks } from './links.ts';
import type { Run, Scenario } from './scenario.ts';
import { storm } from './shares.ts';

const short = [5_000, 12_000] as const;
const long = [30_000, 45_000] as const;

export const partitions: Scenario = {
  id: 'F7',
  title: 'Links of every kind are cut without a word, both ways or one',
  transports: ['direct', 'kafka'],
  orders: 700,
  load: { perSecond: 7 },
  deadlineMs: 420_000,
  async faults(run) {
    // From a client's end it is its own network that is away: nobody else can answer for it.
    const kinds = [...linksByKind(run)].filter(([kind]) => kind !== 'client' && kind !== 'redis');
    const shares = kinds.flatMap(([kind, links]) =>
      directions.map((direction) =>
        onLinks(run, {
          fault: `partition ${kind}${direction === undefined ? '' : `, ${direction} only`}`,
          hits: 2,
          links,
          toxics: () => [{ kind: 'blackhole', direction }],
          lasts: short,
        }),
      ),
    );
    const [, anything] = run.random.pick(kinds);
    const lasting = { fault: 'partition, long', hits: 1, links: anything, lasts: long };
    await storm(run, [...shares, onLinks(run, { ...lasting, toxics: () => [{ kind: 'blackhole' }] })], 4);
  },
  async also(run) {
    run.found(await unanswered(run.history));
    run.found(atMost('requests, messages and calls that are still open', await leftOpen(run), 0, ''));
  },
};

/** What never ended: looked at until nothing is open, or for 10 s. */
async function leftOpen({ shop, clock }: Run): Promise<number> {
  const open = async () => {
    const counts = await Promise.all(shop.ofKind('service').map((process) => process.inFlight()));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  await clock.until('nothing is open', async () => (await open()) === 0, 10_000).catch(() => undefined);
  return open();
}

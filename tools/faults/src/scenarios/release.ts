import { atLeast } from './finding.ts';
import { linksByKind, onLinks } from './links.ts';
import type { Run, Scenario } from './scenario.ts';
import { kills, pauses, services, storm, workers } from './shares.ts';

const leastFaults = 300;

export const release: Scenario = {
  id: 'release',
  title: 'The mix of faults that every release has to pass',
  transports: ['direct', 'kafka'],
  orders: 10_000,
  load: { perSecond: 14, atOnce: 48, mix: { sameKeyDoubles: 0.3, otherKeyDoubles: 0.1, declines: 0.05 } },
  // Much more than it takes where nothing else runs.
  deadlineMs: 2_400_000,
  shop: ({ transport }) =>
    transport === 'kafka' ? { brokers: 3, settings: { KAFKA_SESSION_TIMEOUT_MS: '3000' } } : {},
  async faults(run) {
    await storm(run, [...deaths(run), ...stillness(run), ...cuts(run)], 5);
  },
  also(run) {
    const hit = run.nemesis.log.records.filter((record) => record.hit).length;
    run.found(atLeast('faults that hit work in flight', hit, leastFaults, ''));
    return Promise.resolve();
  },
};

function deaths(run: Run) {
  const { shop, transport } = run;
  const others = services(run).filter(({ role }) => role !== 'worker');
  return [
    kills(run, 60, workers(run)),
    kills(run, 80, others),
    kills(run, 24, shop.ofKind('postgres')),
    kills(run, 6, shop.ofKind('sandbox')),
    ...(transport === 'kafka' ? [kills(run, 15, shop.ofKind('kafka'), [0, 4_000])] : []),
  ];
}

function stillness(run: Run) {
  const { shop } = run;
  return [pauses(run, 60, services(run), [500, 8_000]), pauses(run, 16, shop.ofKind('postgres'), [500, 3_000])];
}

/** Links of every kind, some without a word and some with a reset amid an answer. */
function cuts(run: Run) {
  const kinds = [...linksByKind(run)].filter(([kind]) => kind !== 'client' && kind !== 'redis');
  return kinds.flatMap(([kind, links]) => [
    onLinks(run, {
      fault: `partition ${kind}`,
      hits: 8,
      links,
      toxics: (random) => [{ kind: 'blackhole', direction: random.pick([undefined, 'up', 'down']) }],
      lasts: [2_000, 10_000],
    }),
    onLinks(run, {
      fault: `cut an answer, ${kind}`,
      hits: 8,
      links,
      toxics: (random) => [{ kind: 'cut', afterBytes: random.integer(1, 6_000), direction: 'down' }],
      lasts: [500, 1_500],
    }),
  ]);
}

import type { ShopProcess } from '../shop/shop-process.ts';
import { atLeast } from './finding.ts';
import type { Run, Scenario } from './scenario.ts';
import { kills, pauses, services, storm, workers } from './shares.ts';

/** A killed member of a group costs the others a session of Kafka. */
const shortSession = { KAFKA_SESSION_TIMEOUT_MS: '3000' };

export const gate: Scenario = {
  id: 'gate',
  title: 'The mix of faults that every change has to pass',
  transports: ['direct', 'kafka'],
  orders: 2_000,
  load: { perSecond: 16 },
  deadlineMs: 900_000,
  shop: ({ transport }) => (transport === 'kafka' ? { brokers: 3, settings: shortSession } : {}),
  async faults(run) {
    const { shop } = run;
    // A checkout asks the user service for nothing: what is killed there has nothing under way.
    const isBusy = ({ service, name }: ShopProcess) => service !== 'user' && name !== 'postgres-user';
    const busy = services(run).filter(isBusy);
    const databases = shop.ofKind('postgres').filter(isBusy);
    const direct = [
      kills(run, 57, busy, [0, 1_000]),
      kills(run, 6, databases, [0, 1_500]),
      pauses(run, 22, [...busy, ...databases], [500, 3_000]),
    ];
    const kafka = [
      kills(run, 6, workers(run), [0, 1_000]),
      kills(run, 4, shop.ofKind('kafka'), [0, 2_000]),
      kills(
        run,
        10,
        busy.filter(({ role }) => role !== 'worker'),
        [0, 1_000],
      ),
      kills(run, 3, databases, [0, 1_500]),
      pauses(run, 5, busy, [500, 4_000]),
    ];
    await storm(run, run.transport === 'kafka' ? kafka : direct, 5);
  },
  also(run) {
    const atLeastMade =
      run.transport === 'kafka' ? { kill: 20, kafka: 3, worker: 5 } : { kill: 60, postgres: 5, pause: 20 };
    for (const [word, least] of Object.entries(atLeastMade))
      run.found(atLeast(nameOf(word), hits(run, word), least, ''));
    return Promise.resolve();
  },
};

const nameOf = (word: string) =>
  (word === 'pause' ? 'pauses' : word === 'kill' ? 'kills' : `kills of ${word}`) + ' that hit work';

/** Faults whose kind has this word and that hit. */
function hits({ nemesis }: Run, word: string): number {
  const isOne = (fault: string) =>
    word === 'pause' ? fault.startsWith('pause') : fault.startsWith('kill') && fault.includes(word);
  return nemesis.log.counts.filter(({ fault }) => isOne(fault)).reduce((sum, { hit }) => sum + hit, 0);
}

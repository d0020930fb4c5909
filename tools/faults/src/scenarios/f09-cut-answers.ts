import { atLeast } from './finding.ts';
import { linksByKind, onLinks } from './links.ts';
import type { Scenario } from './scenario.ts';
import { storm } from './shares.ts';

/** Within the first answers of a connection, or behind some of them. */
const bytes = [1, 6_000] as const;
const lasts = [500, 1_500] as const;

export const cutAnswers: Scenario = {
  id: 'F9',
  title: 'Connections break amid the answer: at clients, services, PostgreSQL, the provider and messages',
  transports: ['direct', 'kafka'],
  orders: 600,
  load: { perSecond: 8 },
  async faults(run) {
    const kinds = [...linksByKind(run)].filter(([kind]) => kind !== 'redis');
    const shares = kinds.map(([kind, links]) =>
      onLinks(run, {
        fault: `cut an answer, ${kind}`,
        hits: 8,
        links,
        toxics: (random) => [{ kind: 'cut', afterBytes: random.integer(...bytes), direction: 'down' }],
        lasts,
      }),
    );
    await storm(run, shares, 3);
    for (const [kind, links] of kinds) {
      const cuts = links.reduce((sum, link) => sum + link.cuts, 0);
      run.found(atLeast(`connections that broke amid an answer, ${kind}`, cuts, 1, ''));
    }
  },
};

import { unwantedAnswers } from './answers.ts';
import type { Scenario } from './scenario.ts';
import { kills, storm } from './shares.ts';

export const killPostgres: Scenario = {
  id: 'F2',
  title: 'The PostgreSQL server of every service is killed, with all its children',
  transports: ['direct', 'kafka'],
  orders: 500,
  load: { perSecond: 8 },
  async faults(run) {
    const servers = run.shop.ofKind('postgres');
    // Two may be away at once: an order needs three of them.
    await storm(
      run,
      servers.map((server) => kills(run, 3, [server], [0, 4_000])),
      2,
    );
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

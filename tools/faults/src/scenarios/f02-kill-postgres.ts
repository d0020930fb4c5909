import { unwantedAnswers } from './answers.ts';
import { besideLogins } from './logins.ts';
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
    const shares = servers.map((server) => kills(run, 3, [server], [0, 4_000]));
    await besideLogins(run, () => storm(run, shares, 2));
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

import { unwantedAnswers } from './answers.ts';
import { atMost, quantile } from './finding.ts';
import { besideLogins } from './logins.ts';
import type { Scenario } from './scenario.ts';
import { kills, replicas, storm } from './shares.ts';

export const killServices: Scenario = {
  id: 'F1',
  title: 'Processes of every service are killed, two replicas each',
  transports: ['direct', 'kafka'],
  orders: 600,
  load: { perSecond: 10 },
  async faults(run) {
    const shares = replicas(run).map((victims) => kills(run, 4, victims));
    await besideLogins(run, () => storm(run, shares));
  },
  async also(run) {
    const times = Object.values(run.nemesis.log.recoveryMs).flat();
    run.found(atMost('a killed process is ready again, the slowest', Math.max(...times) / 1_000, 5, 's'));
    run.found(atMost('a killed process is ready again, the median', quantile(times, 0.5) / 1_000, 5, 's'));
    run.found(await unwantedAnswers(run.history));
  },
};

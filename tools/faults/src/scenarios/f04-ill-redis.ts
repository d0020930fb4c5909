import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';

import type { FaultShop } from '../shop/fault-shop.ts';
import { redisServer } from '../shop/shop-processes.ts';
import { unwantedAnswers } from './answers.ts';
import { atLeast, atMost, none } from './finding.ts';
import { askForProducts, askToLogIn, Probe } from './probe.ts';
import type { Run, Scenario } from './scenario.ts';

const baselineMs = 10_000;
const illMs = 10_000;
const guesses = 40;

export const illRedis: Scenario = {
  id: 'F4',
  title: 'Redis is killed, flushed, or hangs',
  transports: ['direct', 'kafka'],
  orders: 500,
  load: { perSecond: 8 },
  missing: () =>
    spawnSync(redisServer, ['--version']).status === 0
      ? undefined
      : 'Redis is what redis-server runs: apt-get install redis-server.',
  // As strict with those who guess passwords as where it is deployed.
  shop: () => ({ redis: true, settingsOf: { gateway: { LOGIN_FAILURES_PER_QUARTER_HOUR: '10' } } }),
  async faults(run) {
    const { shop, nemesis, clock, load } = run;
    const redis = shop.process('redis');
    const probe = new Probe(askForProducts(shop), 40);
    try {
      await load.reached(0.02);
      const from = Date.now();
      await clock.sleep(baselineMs);
      const to = Date.now();
      await nemesis.outage('redis away', [redis], illMs);
      await nemesis.make({
        fault: 'flush redis',
        target: 'redis',
        inFlight: () => redis.inFlight(),
        act: async () => void (await flush(shop)),
      });
      await clock.sleep(2_000);
      await nemesis.pause(redis, illMs);
      compare(run, probe.between(from, to), probe.between(to, Date.now()));
    } finally {
      await probe.stop();
    }
    await guess(run);
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

/** Nobody waits for a Redis that is away longer than its command may take. */
function compare(run: Run, before: Compared, beside: Compared): void {
  run.found(atMost('added to the median answer while Redis is ill', beside.p50Ms - before.p50Ms, 100, 'ms'));
  run.found(atMost('added to the p99 of answers while Redis is ill', beside.p99Ms - before.p99Ms, 100, 'ms'));
  run.found(none('answers of another route that were no success', beside.asked - beside.good));
}

interface Compared {
  readonly asked: number;
  readonly good: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Somebody tries passwords while Redis hangs: each process counts for itself, and does count. */
async function guess({ shop, nemesis, found }: Run): Promise<void> {
  const pause = nemesis.pause(shop.process('redis'), illMs);
  const logIn = askToLogIn(shop, { email: 'nobody@towpath.example', password: 'not the password' });
  const statuses: number[] = [];
  for (let count = 0; count < guesses; count += 1)
    statuses.push(
      await logIn().then(
        ({ status }) => status,
        () => 0,
      ),
    );
  await pause;
  found(atLeast('wrong passwords refused without being looked at while Redis hangs', count(statuses, 429), 1, ''));
  found(none('wrong passwords that opened a session', count(statuses, 201) + count(statuses, 200)));
}

const count = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

async function flush({ redis }: FaultShop): Promise<void> {
  if (redis === undefined) throw new Error('The shop has no Redis');
  const socket = connect(redis);
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve()).once('error', reject);
    socket.write('FLUSHALL\r\n');
  });
  socket.destroy();
}

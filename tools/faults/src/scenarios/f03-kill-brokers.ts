import { answeredWithinMs, placing } from './answers.ts';
import { atLeast, told } from './finding.ts';
import type { Scenario } from './scenario.ts';

const apartMs = 8_000;
const allDownMs = 10_000;

export const killBrokers: Scenario = {
  id: 'F3',
  title: 'Brokers are killed: one of three at a time, then all three',
  transports: ['kafka'],
  why: { direct: 'There is no broker: services hand their messages to each other.' },
  orders: 600,
  shop: () => ({ brokers: 3 }),
  load: { perSecond: 8 },
  // Placing an order waits for no broker.
  mostUnsettled: Infinity,
  async faults(run) {
    const { shop, nemesis, clock, random, load } = run;
    await load.reached(0.05);
    for (const broker of random.shuffle(shop.ofKind('kafka'))) {
      await nemesis.kill(broker, random.integer(0, 3_000));
      await clock.sleep(apartMs);
    }
    const from = Date.now();
    await nemesis.outage('kill all brokers', shop.ofKind('kafka'), allDownMs);
    await clock.sleep(answeredWithinMs);
    const { share, p95Ms } = await placing(run.history, from, from + allDownMs);
    run.found(atLeast('orders taken in at the first attempt while every broker was away', share, 1, 'of 1'));
    run.found(told('p95 of placing an order in that time', p95Ms, 'ms'));
  },
};

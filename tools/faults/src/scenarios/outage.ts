import { answeredWithinMs, placing } from './answers.ts';
import { atLeast, atMost, told } from './finding.ts';
import type { Run, Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

const awayMs = 60_000;
const baselineMs = 30_000;
const drainedWithinMs = 120_000;
/** Older than this, a message waits; younger, it is on its way. */
const onItsWayMs = 2_000;

export const outage: Scenario = {
  id: 'outage',
  title: 'Every broker is away for 60 s',
  transports: ['kafka'],
  why: { direct: 'There is no broker: services hand their messages to each other.' },
  orders: 700,
  // Half of what two cores get through beside three brokers: what waits afterwards is the outage's doing.
  load: { perSecond: 4, mix: { cancels: 0, refunds: 0 } },
  // Placing an order waits for no broker.
  mostUnsettled: Infinity,
  deadlineMs: 480_000,
  shop: () => ({ brokers: 3 }),
  async faults(run) {
    await run.clock.sleep(5_000);
    const calm = await during(() => run.clock.sleep(baselineMs));
    const away = await during(() => run.nemesis.outage('all brokers away', run.shop.ofKind('kafka'), awayMs));
    const drainedAfter = await drained(run);
    await run.clock.sleep(answeredWithinMs);
    const [before, without] = [await placing(run.history, ...calm), await placing(run.history, ...away)];
    run.found(told('orders a second before', before.perSecond, '/s'));
    run.found(atLeast('orders a second without brokers / before', without.perSecond / before.perSecond, 0.95, ''));
    run.found(atLeast('orders taken in at the first attempt without brokers', without.share, 1, 'of 1'));
    run.found(told('p95 of placing an order before', before.p95Ms, 'ms'));
    run.found(told('p95 of placing an order without brokers', without.p95Ms, 'ms'));
    run.found(atMost('the backlog is drained after the brokers are back', drainedAfter / 1_000, 60, 's'));
  },
};

/** From when to when it was so. */
async function during(act: () => Promise<unknown>): Promise<[number, number]> {
  const from = Date.now();
  await act();
  return [from, Date.now()];
}

/** Milliseconds until nothing waits that is not on its way; customers go on ordering meanwhile. */
async function drained({ shop, clock }: Run): Promise<number> {
  const repository = new ShopRepository(shop);
  const isDrained = async () => (await repository.waiting(onItsWayMs)) === 0;
  return clock.until('the backlog is drained', isDrained, drainedWithinMs).finally(() => repository.close());
}

import { ProviderBook } from '../checker/provider-book.ts';
import { atLeast, none, told } from './finding.ts';
import { forgedEvents } from './forged-events.ts';
import { inFlightOf } from './in-flight.ts';
import { ProviderRepository } from './provider.repository.ts';
import { type ProviderFault, ProviderFaults } from './provider-faults.ts';
import type { Run, Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

const lateMs = 30_000;
const flapping = 25;
const flaggedWithinMs = 45_000;
/** Later ones would not be over in time. */
const faultsEndAt = 0.75;

/** What can go wrong, each some times in a row. */
const illnesses: readonly ProviderFault[] = [
  { operation: 'create', kind: 'drop_answer', times: 3 },
  { operation: 'create', kind: 'fail_after_charging', times: 3 },
  { operation: 'create', kind: 'refuse', times: 2 },
  { operation: 'create', kind: 'delay', ms: lateMs, times: 1 },
  { operation: 'capture', kind: 'drop_answer', times: 3 },
  { operation: 'capture', kind: 'fail_after_charging', times: 3 },
  { operation: 'capture', kind: 'refuse', times: 2 },
  { operation: 'capture', kind: 'delay', ms: lateMs, times: 1 },
  { operation: 'cancel', kind: 'drop_answer', times: 1 },
  { operation: 'cancel', kind: 'fail_after_charging', times: 1 },
  { operation: 'refund', kind: 'drop_answer', times: 1 },
  { operation: 'refund', kind: 'fail_after_charging', times: 1 },
  { operation: 'search', kind: 'drop_answer', times: 2 },
  { operation: 'retrieve', kind: 'drop_answer', times: 2 },
  // Answers come and do not come: nobody can tell what it will be next.
  { operation: 'create', kind: 'drop_answer', times: flapping },
  { operation: 'capture', kind: 'drop_answer', times: flapping },
  // What is told later than what happened after it.
  { operation: 'webhook', kind: 'delay', ms: 4_000, times: 5 },
  { operation: 'webhook', kind: 'duplicate', times: 5 },
  { operation: 'webhook', kind: 'lose', times: 5 },
  { operation: 'webhook', kind: 'wrong_amount', times: 2 },
  { operation: 'webhook', kind: 'wrong_currency', times: 2 },
  { operation: 'create', kind: 'wrong_amount', times: 1 },
];

export const illProvider: Scenario = {
  id: 'F17',
  title: 'The payment provider loses answers, fails, is late, tells wrongly, and others tell in its name',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 6, mix: { cancels: 0.1, refunds: 0.1 } },
  async faults(run) {
    const provider = new ProviderFaults(run.shop);
    const repository = new ProviderRepository(run.shop);
    try {
      const order = run.random.shuffle(illnesses);
      for (const [index, illness] of order.entries()) {
        await run.load.reached((index / order.length) * faultsEndAt);
        await sicken(run, provider, illness);
      }
      await tellInItsName(run, repository);
      await run.load.reached(0.95);
      run.found(told('times that the provider was to do wrong and was not asked', await provider.clear(), ''));
      run.load.stop();
      await run.load.finished;
      await putAside(run, repository);
    } finally {
      await provider.clear();
      await repository.close();
    }
  },
  async also({ shop, found }) {
    const repository = new ProviderRepository(shop);
    found(atLeast('events with another amount or currency that were flagged', await repository.flaggedEvents(), 2, ''));
    await repository.close();
  },
};

async function sicken({ nemesis, shop }: Run, provider: ProviderFaults, illness: ProviderFault): Promise<void> {
  const { operation, kind, times = 1 } = illness;
  await nemesis.make({
    fault: `provider ${kind.replaceAll('_', ' ')}`,
    target: `provider ${operation}`,
    detail: `${times} times`,
    inFlight: () => inFlightOf(shop, 'payment'),
    act: async () => {
      await provider.add(illness);
      return undefined;
    },
  });
}

/** Events that the provider never told, that are old, and one that comes again. */
async function tellInItsName(run: Run, repository: ProviderRepository): Promise<void> {
  const shop = new ShopRepository(run.shop);
  const [orderId] = await shop.completedOrders(1);
  await shop.close();
  let wrong: string[] = [];
  await run.nemesis.make({
    fault: 'events in the name of the provider',
    target: 'payment',
    inFlight: () => inFlightOf(run.shop, 'payment'),
    act: async () => {
      wrong = await forgedEvents(run.shop, repository, orderId);
      return undefined;
    },
  });
  for (const what of wrong) run.say(what);
  run.found(none('events in the name of the provider that were answered wrongly', wrong.length));
}

/** Orders for which the provider holds another amount than they cost: a person must look, and they wait until one does. */
async function putAside(run: Run, repository: ProviderRepository): Promise<void> {
  const amounts = await repository.amounts();
  const book = await ProviderBook.read(run.shop.sandbox.logFile);
  const differing = [...book.charges.values()]
    .flat()
    .filter(({ orderId, amountMinor, isHeld }) => isHeld && amountMinor !== amounts.get(orderId));
  const orders = differing.map(({ orderId }) => orderId);
  const flagged = async () => {
    const inReview = new Set(await repository.inReview());
    return orders.filter((orderId) => !inReview.has(orderId));
  };
  await run.clock.until(
    'other amounts are left to a person',
    async () => (await flagged()).length === 0,
    flaggedWithinMs,
  );
  run.found(none('orders with another amount at the provider that nobody was told of', (await flagged()).length));
  run.expected.inReview = [...(run.expected.inReview ?? []), ...orders];
}

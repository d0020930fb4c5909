import type { Reply } from '../load/client.ts';
import type { Customer } from '../load/customer.ts';
import { Desk, type Order } from './desk.ts';
import { none } from './finding.ts';
import { inFlightOf } from './in-flight.ts';
import { KeyRepository } from './key.repository.ts';
import type { Run, Scenario } from './scenario.ts';

const rounds = 6;

interface Bought {
  readonly customer: Customer;
  readonly order: Order;
  readonly key: string;
  readonly orderId: string;
  readonly reply: Reply;
}

export const lateRetries: Scenario = {
  id: 'F16',
  title: 'Checkouts are retried after they were cancelled, given back, and after their keys have expired',
  transports: ['direct', 'kafka'],
  orders: 300,
  load: { perSecond: 6, mix: { cancels: 0.1, refunds: 0.1 } },
  async faults(run) {
    const desk = await Desk.at(run);
    const keys = new KeyRepository(run.shop);
    const wrong: string[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        await run.load.reached(((round + 1) / (rounds + 1)) * 0.9);
        wrong.push(...(await retried(run, 'after a cancel', () => afterCancel(desk))));
        wrong.push(...(await retried(run, 'after a refund', () => afterRefund(desk, keys))));
        wrong.push(...(await retried(run, 'after the key expired', () => afterExpiry(desk, keys))));
      }
    } finally {
      await Promise.all([desk.close(), keys.close()]);
    }
    for (const what of wrong) run.say(what);
    run.found(none('late retries that were answered otherwise than the contract says', wrong.length));
  },
};

/** The answer to the key stays what it was; the cart stays what it became. */
async function afterCancel(desk: Desk): Promise<string[]> {
  const bought = await buy(desk);
  await desk.cancel(bought.customer, bought.orderId);
  return [...(await sameAnswer(desk, bought)), ...(await sameOrder(desk, bought, desk.newKey()))];
}

async function afterRefund(desk: Desk, keys: KeyRepository): Promise<string[]> {
  const bought = await buy(desk);
  const { customer, orderId } = bought;
  if ((await desk.ending(customer, orderId)) !== 'COMPLETED') return [`order ${orderId} was not completed in time`];
  const key = desk.newKey();
  const first = await desk.refund(orderId, key);
  const goal = await keys.refundGoal(orderId);
  const [again, other] = [await desk.refund(orderId, key), await desk.refund(orderId, desk.newKey())];
  return [
    ...(JSON.stringify(again.body) === JSON.stringify(first.body) && again.status === 202 ? [] : ['refunded anew']),
    ...(other.code === 'illegal-state' ? [] : [`a second refund of all was answered ${other.status}`]),
    ...((await keys.refundGoal(orderId)) === goal ? [] : [`more of order ${orderId} was given back`]),
    ...(await sameAnswer(desk, bought)),
  ];
}

/** Nobody remembers the key, so it is a new request: for a cart that is an order, and an order with nothing left. */
async function afterExpiry(desk: Desk, keys: KeyRepository): Promise<string[]> {
  const bought = await buy(desk);
  const { customer, orderId, key } = bought;
  if ((await desk.ending(customer, orderId)) !== 'COMPLETED') return [`order ${orderId} was not completed in time`];
  const refundKey = desk.newKey();
  await desk.refund(orderId, refundKey);
  const expired = await keys.expire([key, refundKey]);
  const refund = await desk.refund(orderId, refundKey);
  return [
    ...(expired === 2 ? [] : [`${expired} of 2 keys were there to expire`]),
    ...(await sameOrder(desk, bought, key)),
    ...(refund.code === 'illegal-state' ? [] : [`a refund with an expired key was answered ${refund.status}`]),
  ];
}

async function buy(desk: Desk): Promise<Bought> {
  const [customer] = desk.twoCustomers;
  const [order, key] = [desk.newOrder(), desk.newKey()];
  const reply = await desk.checkout(customer, order, key);
  return { customer, order, key, orderId: reply.orderId ?? 'none', reply };
}

async function sameAnswer(desk: Desk, { customer, order, key, reply }: Bought): Promise<string[]> {
  const again = await desk.checkout(customer, order, key);
  const isSame = again.status === 201 && again.replayed && JSON.stringify(again.body) === JSON.stringify(reply.body);
  return isSame ? [] : [`the answer to key ${key} became ${again.status} ${again.code ?? ''}`];
}

async function sameOrder(desk: Desk, { customer, order, orderId }: Bought, key: string): Promise<string[]> {
  const { status, code, orderId: known } = await desk.checkout(customer, order, key);
  const isKnown = code === 'already-checked-out' && known === orderId;
  return isKnown ? [] : [`the cart of order ${orderId} was answered ${status} ${code ?? ''} ${known ?? ''}`];
}

async function retried(run: Run, detail: string, retry: () => Promise<string[]>): Promise<string[]> {
  let wrong: string[] = [];
  await run.nemesis.make({
    fault: 'late retry',
    target: 'order-processor',
    detail,
    inFlight: () => inFlightOf(run.shop, 'order-processor'),
    act: async () => {
      wrong = (await retry()).map((what) => `${detail}: ${what}`);
      return undefined;
    },
  });
  return wrong;
}

import { setTimeout as sleep } from 'node:timers/promises';

import { type ApiClient, ApiProblem } from '../customer/api-client.ts';
import { type Order, placeOrder, untilFinished } from '../customer/order.ts';
import type { Say } from '../terminal/progress.ts';
import { type Figure, inParallel } from './figure.ts';
import type { ProvedShop } from './proved-shop.ts';

const orders = 300;
const atOnce = 4;
/** So that the orders last as long as the kills. */
const pauseMs = 200;
const victims = ['order-processor', 'payment', 'catalog'];
const rounds = 2;
const stuckAfterMs = 60_000;

interface Kill {
  readonly service: string;
  readonly ordersAccepted: number;
  readonly readyAgainAfterMs: number;
}

/** What the customer was promised survives the death of any process that works on it. */
export const kills: Figure = async (shop, say) => {
  const customer = await shop.newCustomer();
  const product = await shop.newProduct(orders);
  const accepted: string[] = [];
  const buying = inParallel(Array.from({ length: orders }), atOnce, async () => {
    accepted.push((await placeOrder(customer, product.id)).id);
    await sleep(pauseMs);
  });
  const killed = await killInTurn(shop, accepted, say);
  await buying;
  say(`${orders} orders accepted under ${killed.length} kills; waiting for those that are not finished.`);
  const deadline = performance.now() + stuckAfterMs;
  const finished = await inParallel(accepted, atOnce, (id) => finish(customer, id, deadline - performance.now()));
  const charged = await shop.provider.chargesByOrder();
  const lost = finished.filter((order) => order === 'lost').length;
  const stuck = finished.filter((order) => order === 'stuck').length;
  const known = finished.filter((order) => typeof order === 'object');
  const twice = accepted.filter((id) => (charged.get(id)?.length ?? 0) > 1).length;
  const unpaid = known.filter(({ id, status }) => (status === 'COMPLETED') !== charged.has(id)).length;
  return {
    figure: `kill -9 (${killed.length} during ${orders} orders)`,
    value: `${lost} lost, ${twice} charged twice, ${stuck} stuck, ${unpaid} where money and order differ`,
    limit: 'all 0',
    met: lost + twice + stuck + unpaid === 0 && killed.length === victims.length * rounds,
    samples: { killed, orders: known.map(({ id, status, timeline }) => ({ id, status, timeline })) },
  };
};

/** Kills one process after the other, the next when as many more orders were accepted; each is to come back. */
async function killInTurn(shop: ProvedShop, accepted: readonly string[], say: Say): Promise<Kill[]> {
  const turns = Array.from({ length: rounds }, () => victims).flat();
  const killed: Kill[] = [];
  for (const [index, service] of turns.entries()) {
    while (accepted.length < ((index + 1) * orders) / (turns.length + 2)) await sleep(10);
    const { pid } = find(shop, service);
    process.kill(pid, 'SIGKILL');
    const killedAt = performance.now();
    const ordersAccepted = accepted.length;
    while (find(shop, service).pid === pid) await sleep(10);
    killed.push({ service, ordersAccepted, readyAgainAfterMs: Math.round(performance.now() - killedAt) });
    say(
      `${service} was killed after ${ordersAccepted} orders, and is back after ${killed[index].readyAgainAfterMs} ms.`,
    );
  }
  return killed;
}

function find(shop: ProvedShop, service: string) {
  const found = shop.local.processes.find((each) => each.service === service);
  if (found === undefined) throw new Error(`${service} is not in local.json`);
  return found;
}

async function finish(customer: ApiClient, id: string, withinMs: number): Promise<Order | 'lost' | 'stuck'> {
  try {
    return await untilFinished(customer, id, withinMs);
  } catch (error) {
    return error instanceof ApiProblem && error.code === 'not-found' ? 'lost' : 'stuck';
  }
}

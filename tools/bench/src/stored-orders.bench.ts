import { setTimeout as sleep } from 'node:timers/promises';

import { type Bench, ratioFinding } from './bench.ts';
import { environment } from './environment.ts';
import { BenchShop, patient } from './load/bench-shop.ts';
import { OrderCost } from './load/order-cost.ts';
import { ownersOfOrders, StoredOrders } from './postgres/stored-orders.repository.ts';
import { pairs } from './rounds.ts';
import type { Say } from './terminal.ts';

const few = 1_000;
const many = Number(environment['BENCH_STORED_ORDERS'] ?? 1_000_000);
const ordersOfRound = 40;
const rounds = 11;
/** As many as a transaction can hold without the rest of the machine noticing. */
const atOnce = 20_000;

/** What an order costs once there have been many. */
export const storedOrders: Bench = {
  measures: `what an order costs where ${many.toLocaleString('en-US')} are stored beside where ${few.toLocaleString('en-US')} are`,
  async run(say) {
    const shops: BenchShop[] = [];
    try {
      say('Starting two shops, one after the other.');
      while (shops.length < 2) shops.push(await BenchShop.start(patient));
      const [reference, product] = [await filled(shops[0], few, say), await filled(shops[1], many, say)];
      const sides = {
        reference: () => reference.measure(ordersOfRound),
        product: () => product.measure(ordersOfRound),
      };
      const measured = await pairs(say, sides, rounds);
      return [ratioFinding('processor time of an order: many stored / few stored', 'ms', measured, { atMost: 1.25 })];
    } finally {
      await Promise.all(shops.map((shop) => shop.stop()));
    }
  },
};

/** A shop in which so many orders were completed. */
async function filled(shop: BenchShop, orders: number, say: Say): Promise<OrderCost> {
  const cost = await OrderCost.of(shop);
  const model = await cost.buy();
  for (const service of ownersOfOrders) await fill(shop.superuserUrl(service), { service, model, orders }, say);
  return cost;
}

interface Filling {
  readonly service: string;
  readonly model: string;
  readonly orders: number;
}

async function fill(url: string, { service, model, orders }: Filling, say: Say): Promise<void> {
  const stored = await StoredOrders.open(url, service);
  let rows = 0;
  try {
    while (!(await stored.isAtRest(model))) await sleep(100);
    for (let first = 1; first <= orders; first += atOnce) {
      const last = Math.min(orders, first + atOnce - 1);
      rows += await stored.store(model, first, last, orders);
      if (last % (10 * atOnce) === 0) say(`${service}: ${told(last)} of ${told(orders)} orders.`);
    }
    say(`${service}: ${told(orders)} orders are stored, ${told(rows)} rows; tidying up.`);
    await stored.tidy();
  } finally {
    await stored.close();
  }
}

const told = (count: number): string => count.toLocaleString('en-US');

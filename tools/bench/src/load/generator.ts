import { randomUUID } from 'node:crypto';

import { Pool } from 'undici';

import type { Counts, Customer, Load } from './load.ts';

/** A program of its own, for a processor of its own: asks as often as it is told to, whether or not it is answered. */
const tickMs = 5;
const patienceMs = 3_000;
const connections = 8;
const products = { method: 'GET', path: '/v1/products?limit=20' } as const;

class Client {
  private readonly pool: Pool;
  private readonly authorization: string;

  constructor(gateway: string, { address, token }: Customer) {
    this.pool = new Pool(gateway, {
      connections,
      localAddress: address,
      connect: { timeout: patienceMs },
      headersTimeout: 3 * patienceMs,
      bodyTimeout: 3 * patienceMs,
    });
    this.authorization = `Bearer ${token}`;
  }

  /** Of 20 requests 15 look at products, 4 at the customer's own orders, and 1 buys. */
  async ask(number: number, productId: string): Promise<number> {
    const kind = number % 20;
    const headers = { authorization: this.authorization };
    if (kind < 15) return this.send(products);
    if (kind < 19) return this.send({ method: 'GET', path: '/v1/orders', headers });
    const order = { cartId: randomUUID(), lines: [{ productId, quantity: 1 }], paymentMethod: 'pm_card_visa' };
    return this.send({
      method: 'POST',
      path: '/v1/orders',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(order),
    });
  }

  private async send(options: Parameters<Pool['request']>[0]): Promise<number> {
    const { statusCode, body } = await this.pool.request(options);
    await body.dump();
    return statusCode;
  }
}

const known = new Map<string, Client>();

/** They stay connected from one load to the next, as browsers do. */
function clientOf(gateway: string, customer: Customer): Client {
  const client = known.get(customer.token) ?? new Client(gateway, customer);
  known.set(customer.token, client);
  return client;
}

async function run({ gateway, customers, productId, perSecond, seconds }: Load): Promise<Counts> {
  const clients = customers.map((customer) => clientOf(gateway, customer));
  const counts: Counts = { sent: 0, good: 0, late: 0, refused: {}, wrong: {}, latenciesMs: [] };
  const underWay = new Set<Promise<void>>();
  const begin = performance.now();
  const one = (number: number) => {
    const due = performance.now();
    counts.sent += 1;
    const asked = clients[number % clients.length].ask(Math.floor(number / clients.length) + number, productId).then(
      (status) => note(counts, status, performance.now() - due),
      (error: NodeJS.ErrnoException) => note(counts, error.code ?? error.name, 0),
    );
    underWay.add(asked);
    void asked.finally(() => underWay.delete(asked));
  };
  await new Promise<void>((resolve) => {
    const ticking = setInterval(() => {
      const elapsed = performance.now() - begin;
      const due = Math.min(elapsed / 1_000, seconds) * perSecond;
      while (counts.sent < due) one(counts.sent);
      if (elapsed < seconds * 1_000) return;
      clearInterval(ticking);
      resolve();
    }, tickMs);
  });
  await Promise.all(underWay);
  return counts;
}

function note(counts: Counts, outcome: number | string, ms: number): void {
  if (outcome === 429 || outcome === 503) count(counts.refused, outcome);
  else if (typeof outcome !== 'number' || outcome >= 300) count(counts.wrong, outcome);
  else if (ms > patienceMs) counts.late += 1;
  else {
    counts.good += 1;
    counts.latenciesMs.push(Math.round(ms * 10) / 10);
  }
}

function count(by: Record<string, number>, key: number | string): void {
  by[key] = (by[key] ?? 0) + 1;
}

process.on('message', (load: Load) => void run(load).then((counts) => process.send?.(counts)));

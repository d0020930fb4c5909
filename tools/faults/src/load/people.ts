import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { UserError } from '@towpath/local';

import type { History } from '../history/history.ts';
import type { Random } from '../random.ts';
import { type Shelf, uuid } from './checkout-plan.ts';
import type { Client } from './client.ts';
import { type Credentials, Customer } from './customer.ts';

const products = 12;
const piecesPerOrder = 10;
const knownWithinMs = 30_000;

/** Who takes part in a load, and what there is to buy. */
export interface People {
  readonly customers: readonly Customer[];
  readonly admin: Customer;
  readonly shelf: Shelf;
}

export interface Gathering {
  readonly client: Client;
  readonly history: History;
  readonly random: Random;
  readonly customers: number;
  /** Checkouts to come: of most products there is enough for all of them. */
  readonly orders: number;
  readonly adminCredentialsFile: string;
}

/** Registers customers, fills a shelf, and waits until what is on it can be ordered. */
export async function gather(gathering: Gathering): Promise<People> {
  const { client, adminCredentialsFile } = gathering;
  const admin = await Customer.logIn(client, JSON.parse(readFileSync(adminCredentialsFile, 'utf8')) as Credentials);
  const [customers, shelf] = await Promise.all([
    Promise.all(Array.from({ length: gathering.customers }, () => Customer.register(client))),
    fill(gathering, admin),
  ]);
  for (const id of [...shelf.plenty, shelf.scarce]) client.publicIds.add(id);
  await untilKnown(gathering, customers[0], shelf);
  return { customers, admin, shelf };
}

async function fill(gathering: Gathering, admin: Customer): Promise<Shelf> {
  const { orders } = gathering;
  const plenty = Array.from({ length: products }, () => add(gathering, admin, orders * piecesPerOrder + 1));
  // About a third of those who want it get it, and one is bought to see that it can be.
  const scarce = add(gathering, admin, Math.ceil(orders * 0.02) + 1);
  const added = await Promise.all([scarce, ...plenty]);
  return { scarce: added[0], plenty: added.slice(1) };
}

async function add({ client, history, random }: Gathering, admin: Customer, stock: number): Promise<string> {
  const price = { amountMinor: random.integer(100, 9_999), currency: 'EUR' };
  // One more that nobody buys does no harm.
  const { status, text, error } = await client.sendUntilKnown(50, async () => ({
    method: 'POST',
    path: '/v1/products',
    token: await admin.token(),
    json: { sku: `FAULT-${crypto.randomUUID()}`, name: 'Something', description: '', price, stock },
  }));
  if (status !== 201) throw new UserError(`No product could be added: ${text ?? error}`);
  const { id } = JSON.parse(text ?? '') as { id: string };
  history.stocked({ productId: id, quantity: stock });
  return id;
}

/** Orders are priced from a view that a message has to reach first; a refusal is kept with its key, so each try is a checkout of its own. */
async function untilKnown({ client, random }: Gathering, customer: Customer, shelf: Shelf): Promise<void> {
  const own = random.fork('first order');
  const lines = [...shelf.plenty, shelf.scarce].map((productId) => ({ productId, quantity: 1 }));
  const giveUpAt = performance.now() + knownWithinMs;
  for (let count = 1; ; count += 1) {
    const [cart, key] = [uuid(own), uuid(own)];
    const { outcome, code } = await client.ask({
      deed: 'checkout',
      method: 'POST',
      path: '/v1/orders',
      try: 1,
      checkout: `first-${count}`,
      customer: customer.id,
      proof: 'valid',
      token: await customer.token(),
      cart,
      key,
      json: { cartId: cart, lines, paymentMethod: 'pm_card_visa' },
    });
    if (outcome === 'ok') return;
    if (performance.now() > giveUpAt) throw new UserError(`Nothing can be ordered: ${code ?? outcome}.`);
    await sleep(100);
  }
}

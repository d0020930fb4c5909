import { randomUUID } from 'node:crypto';

import { Agent, request } from 'undici';

import type { BenchShop } from './bench-shop.ts';
import type { Customer } from './load.ts';

/** Only Linux answers to all of 127.0.0.0/8. */
const addressOf = (index: number) =>
  process.platform === 'linux' ? `127.1.${index >> 8}.${index & 255}` : '127.0.0.1';

/** Customers who have registered and logged in, each from an address of its own. */
export async function newCustomers(shop: BenchShop, count: number, from = 1): Promise<Customer[]> {
  const { gateway } = shop.local;
  const customers: Customer[] = [];
  for (let index = from; index < from + count; index += 1) customers.push(await newCustomer(gateway, addressOf(index)));
  return customers;
}

async function newCustomer(gateway: string, address: string): Promise<Customer> {
  const credentials = { email: `${randomUUID()}@towpath.example`, password: randomUUID() };
  await post(gateway, address, '/v1/users', { ...credentials, name: 'A customer' });
  const { accessToken } = await post(gateway, address, '/v1/sessions', credentials);
  return { address, token: accessToken };
}

async function post(gateway: string, address: string, path: string, json: object): Promise<{ accessToken: string }> {
  const dispatcher = new Agent({ localAddress: address });
  const { statusCode, body } = await request(gateway + path, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  const answer = (await body.json()) as { accessToken: string };
  await dispatcher.close();
  if (statusCode >= 300) throw new Error(`POST ${path} was answered ${statusCode}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Something that the shop has plenty of. */
export async function someProduct(shop: BenchShop): Promise<string> {
  const { body } = await request(`${shop.local.gateway}/v1/products?limit=1`);
  const { items } = (await body.json()) as { items: { id: string }[] };
  return items[0].id;
}

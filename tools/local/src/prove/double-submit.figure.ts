import { randomUUID } from 'node:crypto';

import { type ApiClient, ApiProblem } from '../customer/api-client.ts';
import { type Order, untilFinished } from '../customer/order.ts';
import type { Figure } from './figure.ts';
import type { ProvedShop } from './proved-shop.ts';

const requests = 50;

interface Submission {
  readonly how: string;
  readonly answers: Record<string, number>;
  readonly orders: number;
  readonly charges: number;
  readonly status: string;
}

/** A customer who presses the button many times at once buys once. */
export const doubleSubmit: Figure = async (shop, say) => {
  const product = await shop.newProduct(2 * requests);
  const sameKey = randomUUID();
  const samples = [
    await submit(shop, 'one key', product.id, () => sameKey),
    await submit(shop, 'one cart', product.id, randomUUID),
  ];
  say(`${requests} requests at once with one key, and ${requests} with a key each for one cart.`);
  const told = samples.map(({ how, orders, charges }) => `${how}: ${orders} order, ${charges} charge`);
  return {
    figure: `double submit (${requests} at once)`,
    value: told.join(' · '),
    limit: '1 order, 1 charge',
    met: samples.every(({ orders, charges, status }) => orders === 1 && charges === 1 && status === 'COMPLETED'),
    samples,
  };
};

async function submit(shop: ProvedShop, how: string, productId: string, key: () => string): Promise<Submission> {
  const customer = await shop.newCustomer();
  const request = { cartId: randomUUID(), lines: [{ productId, quantity: 1 }], paymentMethod: 'pm_card_visa' };
  const all = await Promise.all(Array.from({ length: requests }, () => answerTo(customer, request, key())));
  const answers = Object.fromEntries(
    Object.entries(Object.groupBy(all, (each) => each)).map(([k, v]) => [k, v?.length ?? 0]),
  );
  const { body } = await customer.get<{ items: Order[] }>('/v1/orders?limit=100');
  const finished = await Promise.all(body.items.map(({ id }) => untilFinished(customer, id, 60_000)));
  const charged = await shop.provider.chargesByOrder();
  const charges = finished.reduce((sum, { id }) => sum + (charged.get(id)?.length ?? 0), 0);
  return { how, answers, orders: finished.length, charges, status: finished[0]?.status ?? 'none' };
}

async function answerTo(customer: ApiClient, request: object, key: string): Promise<string> {
  try {
    const { status, headers } = await customer.post('/v1/orders', request, { 'idempotency-key': key });
    return headers.has('idempotency-replayed') ? `${status} replayed` : String(status);
  } catch (error) {
    if (error instanceof ApiProblem) return `${error.status} ${error.code}`;
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { request } from 'undici';

import type { BenchShop } from './bench-shop.ts';
import { newCustomers, someProduct } from './customers.ts';
import type { Customer } from './load.ts';
import { processorMs } from './processor-time.ts';

const atOnce = 4;
const finishedWithinMs = 120_000;

/** Orders in one shop, and what they cost it. */
export class OrderCost {
  private readonly shop: BenchShop;
  private readonly customers: readonly Customer[];
  private readonly productId: string;

  static async of(shop: BenchShop): Promise<OrderCost> {
    return new OrderCost(shop, await newCustomers(shop, atOnce), await someProduct(shop));
  }

  private constructor(shop: BenchShop, customers: readonly Customer[], productId: string) {
    this.shop = shop;
    this.customers = customers;
    this.productId = productId;
  }

  /** Processor milliseconds of all processes of the shop for each order, from asking until all of them are completed. */
  async measure(orders: number): Promise<number> {
    const { workers } = this.shop;
    const before = processorMs(workers);
    const each = Math.ceil(orders / this.customers.length);
    await Promise.all(this.customers.map((customer) => this.buy(customer, each)));
    return (processorMs(workers) - before) / (each * this.customers.length);
  }

  /** One after another. @returns the last */
  async buy(customer: Customer = this.customers[0], orders = 1): Promise<string> {
    let id = '';
    for (let count = 0; count < orders; count += 1) {
      id = await this.place(customer);
      await this.completed(customer, id);
    }
    return id;
  }

  private async place(customer: Customer): Promise<string> {
    const lines = [{ productId: this.productId, quantity: 1 }];
    const key = randomUUID();
    const cart = { cartId: randomUUID(), lines, paymentMethod: 'pm_card_visa' };
    const giveUpAt = performance.now() + finishedWithinMs;
    for (;;) {
      const { status, answer } = await this.ask(customer, '/v1/orders', { 'idempotency-key': key }, cart);
      if (status === 201) return answer.id;
      if (status < 500 && status !== 409) throw new Error(`An order was answered ${status}: ${JSON.stringify(answer)}`);
      if (performance.now() > giveUpAt) throw new Error(`No order was taken in for ${finishedWithinMs / 1_000} s.`);
      await sleep(50);
    }
  }

  private async completed(customer: Customer, id: string): Promise<void> {
    const giveUpAt = performance.now() + finishedWithinMs;
    for (;;) {
      const { answer } = await this.ask(customer, `/v1/orders/${id}`);
      if (answer.status === 'COMPLETED') return;
      if (answer.status === 'CANCELLED' || performance.now() > giveUpAt)
        throw new Error(`Order ${id} is ${answer.status}.`);
      // Looking costs too: the same on both sides.
      await sleep(100);
    }
  }

  private async ask({ token }: Customer, path: string, headers: object = {}, json?: object) {
    const { statusCode, body } = await request(this.shop.local.gateway + path, {
      method: json ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(json && { 'content-type': 'application/json' }), ...headers },
      ...(json && { body: JSON.stringify(json) }),
    });
    return { status: statusCode, answer: (await body.json()) as { id: string; status: string } };
  }
}

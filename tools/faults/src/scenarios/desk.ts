import { setTimeout as sleep } from 'node:timers/promises';

import type { Attempt } from '../history/attempt.ts';
import { uuid } from '../load/checkout-plan.ts';
import { Client, type Reply } from '../load/client.ts';
import type { Customer } from '../load/customer.ts';
import type { People } from '../load/people.ts';
import type { Random } from '../random.ts';
import type { Run } from './scenario.ts';

const patienceMs = 5_000;
const pauseMs = 200;
const definiteWithinMs = 90_000;

/** A checkout as it is sent. */
export interface Order {
  readonly cartId: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly paymentMethod: string;
}

/** Where a scenario itself shops, beside the load: with its customers and from its shelf, into its history. */
export class Desk {
  readonly people: People;
  private readonly client: Client;
  private readonly random: Random;

  static async at(run: Run): Promise<Desk> {
    return new Desk(run, await run.load.prepare());
  }

  private constructor({ shop, history, random }: Run, people: People) {
    this.people = people;
    this.random = random.fork('desk');
    this.client = new Client(shop.gateway, history, patienceMs);
    for (const id of [...people.shelf.plenty, people.shelf.scarce]) this.client.publicIds.add(id);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** Two different ones. */
  get twoCustomers(): [Customer, Customer] {
    const [first, second] = this.random.shuffle(this.people.customers);
    return [first, second];
  }

  newKey(): string {
    return uuid(this.random);
  }

  newOrder(): Order {
    const productId = this.random.pick(this.people.shelf.plenty);
    return {
      cartId: uuid(this.random),
      lines: [{ productId, quantity: this.random.integer(1, 3) }],
      paymentMethod: 'pm_card_visa',
    };
  }

  /** Asks until the answer is definite. */
  checkout(customer: Customer, order: Order, key: string): Promise<Reply> {
    const checkout = `desk ${customer.id} ${order.cartId}`;
    return this.insist(customer, 'POST', '/v1/orders', order, { deed: 'checkout', checkout, cart: order.cartId, key });
  }

  cancel(customer: Customer, orderId: string): Promise<Reply> {
    return this.insist(customer, 'POST', `/v1/orders/${orderId}/cancel`, {}, { deed: 'cancel', about: orderId });
  }

  /** All that is left. */
  refund(orderId: string, key: string): Promise<Reply> {
    const path = `/v1/orders/${orderId}/refund`;
    return this.insist(this.people.admin, 'POST', path, {}, { deed: 'refund', about: orderId, key });
  }

  /** Resolves with the state in which the order ends; undefined when it does not in time. */
  async ending(customer: Customer, orderId: string): Promise<string | undefined> {
    const giveUpAt = performance.now() + definiteWithinMs;
    while (performance.now() < giveUpAt) {
      const path = `/v1/orders/${orderId}`;
      const { body } = await this.insist(customer, 'GET', path, undefined, { deed: 'read', about: orderId });
      const status = body?.['status'];
      if (status === 'COMPLETED' || status === 'CANCELLED') return status;
      await sleep(pauseMs);
    }
    return undefined;
  }

  private async insist(
    who: Customer,
    method: 'GET' | 'POST',
    path: string,
    json: object | undefined,
    about: Pick<Attempt, 'deed'> & Partial<Attempt>,
  ): Promise<Reply> {
    const giveUpAt = performance.now() + definiteWithinMs;
    for (let count = 1; ; count += 1) {
      const token = await who.token();
      const as = { customer: who.id, proof: 'valid', token, try: count } as const;
      const reply = await this.client.ask({ ...about, ...as, method, path, json });
      if (reply.outcome !== 'unknown' || performance.now() > giveUpAt) return reply;
      await sleep(pauseMs);
    }
  }
}

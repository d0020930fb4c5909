import { createHmac, randomUUID } from 'node:crypto';

import { eventually } from '@towpath/testing';

import { Customer } from '../customer.ts';
import type { RunningShop } from '../running-shop.ts';
import { type Answered, type Asked, Wire } from '../wire.ts';

interface Product {
  readonly id: string;
}

/** What there is in a shop that is open: people with sessions, products, orders that are done. */
export class LiveShop {
  readonly wire: Wire;
  /** Everybody. */
  readonly people: Customer[] = [];
  readonly customers: Customer[] = [];
  /** Each on loan to one request, as it is good for one. */
  readonly refreshTokens: string[] = [];
  /** Completed, each of the customer of its index. */
  readonly orders: string[] = [];
  product!: Product;
  /** Only to be changed: nobody orders it. */
  showpiece!: Product;
  private webhookSecret!: string;

  constructor(readonly shop: RunningShop) {
    this.wire = new Wire(shop.gateway);
  }

  async open(): Promise<void> {
    this.webhookSecret = await this.shop.secret('payment-webhook-secret');
    this.product = await this.shop.newProduct(1_000_000);
    this.showpiece = await this.shop.admin.addProduct(1);
    for (let i = 0; i < 4; i++) await this.addCustomer();
  }

  private async addCustomer(): Promise<void> {
    const customer = await this.someone();
    const lines = [{ productId: this.product.id, quantity: 100 }];
    const { body } = await customer.placeOrder(this.product.id, { lines });
    await eventually(() => customer.order(body.id)).toMatchObject({ status: 'COMPLETED' });
    this.customers.push(customer);
    this.orders.push(body.id);
    this.refreshTokens.push((await this.again(customer)).session.refreshToken);
  }

  customer(pick: number): Customer {
    return this.customers[pick % this.customers.length]!;
  }

  async someone(): Promise<Customer> {
    return this.known(await Customer.register(this.shop.gateway));
  }

  /** In another session. */
  async again(customer: Customer): Promise<Customer> {
    return this.known(await customer.again());
  }

  private known(person: Customer): Customer {
    this.people.push(person);
    return person;
  }

  orderOf(pick: number): string {
    return this.orders[pick % this.orders.length]!;
  }

  /** As the provider would sign it now. */
  signed(json: object): Asked {
    const body = JSON.stringify(json);
    const t = Math.floor(Date.now() / 1_000);
    const v1 = createHmac('sha256', this.webhookSecret).update(`${t}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` };
    return { method: 'POST', path: '/v1/webhooks/payment-provider', headers, body };
  }

  order(): Asked {
    const json = {
      cartId: randomUUID(),
      lines: [{ productId: this.product.id, quantity: 1 }],
      paymentMethod: 'pm_card_visa',
    };
    return { method: 'POST', path: '/v1/orders', headers: { 'idempotency-key': randomUUID() }, json };
  }

  ask(asked: Asked): Promise<Answered> {
    return this.wire.ask(asked);
  }
}

import { randomUUID } from 'node:crypto';

import { eventually, JwtForger, rawRequest } from '@towpath/testing';

import { Customer } from '../customer.ts';
import type { RunningShop } from '../running-shop.ts';
import { type Answered, type Asked, masked, Wire } from '../wire.ts';

/** Resolves with the answer of a situation, once all that the row says beside it has been checked. */
export type Probe = (world: World) => Promise<Answered>;
export type Probes<Rows> = { readonly [Name in keyof Rows]: Probe };

/** What the situations are made of. */
export class World {
  readonly wire: Wire;
  /** Every answer that anybody got. */
  readonly answers: Answered[] = [];
  forger!: JwtForger;
  productId!: string;
  ada!: Customer;
  bob!: Customer;
  /** A completed order of Ada. */
  orderId!: string;

  constructor(readonly shop: RunningShop) {
    this.wire = new Wire(shop.gateway);
  }

  async build(): Promise<void> {
    [this.ada, this.bob] = await Promise.all([this.someone(), this.someone()]);
    this.forger = JwtForger.knowing(this.ada.token, JSON.parse(await this.shop.secret('signing-keys.json')));
    this.productId = (await this.shop.newProduct(1_000)).id;
    this.orderId = await this.completedOrder(this.ada);
  }

  someone(): Promise<Customer> {
    return Customer.register(this.shop.gateway);
  }

  async completedOrder(customer: Customer): Promise<string> {
    const { body } = await customer.placeOrder(this.productId);
    await eventually(() => customer.order(body.id)).toMatchObject({ status: 'COMPLETED' });
    return body.id;
  }

  /** As this customer; nobody, if not given. */
  async ask(asked: Asked, customer?: Customer): Promise<Answered> {
    const answer = await this.wire.ask({ token: customer?.token, from: customer?.address, ...asked });
    this.answers.push(answer);
    return answer;
  }

  /** Exactly these bytes. */
  async raw(bytes: string): Promise<Answered> {
    const { body, ...answer } = await rawRequest(this.shop.gateway, bytes);
    return { ...answer, text: body };
  }

  /** A good order of one piece, with these changes. */
  order(customer: Customer, { key = randomUUID(), ...changes }: Record<string, unknown> = {}): Promise<Answered> {
    const lines = [{ productId: this.productId, quantity: 1 }];
    const json = { cartId: randomUUID(), lines, paymentMethod: 'pm_card_visa', ...changes };
    const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': String(key) };
    return this.ask({ method: 'POST', path: '/v1/orders', headers, json }, customer);
  }

  refund(json: object, headers: Record<string, string>, orderId = this.orderId): Promise<Answered> {
    return this.ask({ method: 'POST', path: `/v1/orders/${orderId}/refund`, headers, json }, this.shop.admin);
  }

  logIn(json: { email: string; password: string }, from: string): Promise<Answered> {
    return this.ask({ method: 'POST', path: '/v1/sessions', json, from });
  }

  refresh(refreshToken: string, from: string): Promise<Answered> {
    return this.ask({ method: 'POST', path: '/v1/sessions/refresh', json: { refreshToken }, from });
  }
}

/** What must look the same to somebody who may not know the difference; how old it is and what is left of a limit may not. */
export function seenFrom(answer: Answered): unknown {
  const { date: _, traceparent: _t, ratelimit: _r, ...headers } = answer.headers;
  return { status: answer.status, headers, body: masked(answer) };
}

export function bodyOf<T>({ text }: Answered): T {
  return JSON.parse(text) as T;
}

import { setTimeout as sleep } from 'node:timers/promises';

import type { Outcome } from '../history/attempt.ts';
import type { Random } from '../random.ts';
import { expired, forgeries } from './bad-token.ts';
import { type CheckoutPlan, uuid } from './checkout-plan.ts';
import type { Client, Reply, Request } from './client.ts';
import type { Customer } from './customer.ts';
import type { People } from './people.ts';

/** A request without what the shopper adds. */
type Wish = Pick<Request, 'deed' | 'method' | 'path' | 'checkout' | 'cart' | 'key' | 'about' | 'json'>;

export interface ShopperOptions {
  readonly client: Client;
  readonly people: People;
  readonly random: Random;
  readonly signingKeysFile?: string;
  /** Called once, when the first of a checkout's requests worked. */
  readonly acknowledged: () => void;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;
/** Longer than anything takes that ends at all. */
const giveUpAfterMs = 180_000;
const completedWithinMs = 90_000;
const lookEveryMs = 500;
/** Orders of others that somebody may try to read. */
const remembered = 200;

/** Carries out what was planned, as a careful client: where the answer is unknown, it asks again with the same key. */
export class Shopper {
  private readonly options: ShopperOptions;
  private readonly lately: { readonly owner: Customer; readonly orderId: string }[] = [];

  constructor(options: ShopperOptions) {
    this.options = options;
  }

  async buy(plan: CheckoutPlan): Promise<Outcome> {
    const { people, random } = this.options;
    const customer = people.customers[plan.customer];
    const own = random.fork(plan.checkout);
    const replies = await this.submit(plan, customer, own);
    const orderId = replies.find(({ outcome }) => outcome === 'ok')?.body?.['id'];
    if (typeof orderId === 'string') await this.goOn(plan, customer, orderId, own);
    if (plan.isIntruded) await this.intrude(customer, typeof orderId === 'string' ? orderId : uuid(own), own);
    return best(replies.map(({ outcome }) => outcome));
  }

  /** The same checkout, once for each key. */
  private async submit(plan: CheckoutPlan, customer: Customer, own: Random): Promise<Reply[]> {
    let isAcknowledged = false;
    const send = async (key: string): Promise<Reply> => {
      const { checkout, order } = plan;
      const wish = { deed: 'checkout', method: 'POST', path: '/v1/orders', checkout, cart: order.cartId } as const;
      const reply = await this.insist(customer, { ...wish, key, json: order }, own);
      if (reply.outcome === 'ok' && !isAcknowledged) this.options.acknowledged();
      isAcknowledged ||= reply.outcome === 'ok';
      return reply;
    };
    if (plan.atOnce) return Promise.all(plan.keys.map(send));
    const replies: Reply[] = [];
    for (const key of plan.keys) replies.push(await send(key));
    return replies;
  }

  private async goOn(plan: CheckoutPlan, customer: Customer, orderId: string, own: Random): Promise<void> {
    if (plan.isRead) await this.read(customer, orderId, own);
    this.remember(customer, orderId);
    if (plan.cancelAfterMs !== undefined) {
      await sleep(plan.cancelAfterMs);
      await this.insist(customer, post('cancel', plan.checkout, orderId, {}), own);
    }
    if (plan.refunds.length > 0) await this.giveBack(plan, customer, orderId, own);
  }

  private async giveBack(plan: CheckoutPlan, customer: Customer, orderId: string, own: Random): Promise<void> {
    const total = await this.untilCompleted(customer, orderId, own);
    if (total === undefined) return;
    for (const part of plan.refunds) {
      const json = part === 'rest' ? {} : { amountMinor: Math.max(1, Math.floor((total * part) / 100)) };
      await this.insist(
        this.options.people.admin,
        { ...post('refund', plan.checkout, orderId, json), key: uuid(own) },
        own,
      );
    }
  }

  /** What it cost; nothing for one that was cancelled, or is not done in time. */
  private async untilCompleted(customer: Customer, orderId: string, own: Random): Promise<number | undefined> {
    const giveUpAt = performance.now() + completedWithinMs;
    while (performance.now() < giveUpAt) {
      const { body } = await this.insist(customer, get('read', orderId), own);
      if (body?.['status'] === 'COMPLETED') return (body['total'] as { amountMinor: number }).amountMinor;
      if (body?.['status'] === 'CANCELLED') return undefined;
      await sleep(lookEveryMs);
    }
    return undefined;
  }

  /** The own order and list, and the order of somebody else, who would be surprised. */
  private async read(customer: Customer, orderId: string, own: Random): Promise<void> {
    await this.once(customer, get('read', orderId));
    await this.once(customer, { deed: 'list', method: 'GET', path: '/v1/orders?limit=10' });
    const others = this.lately.filter(({ owner }) => owner !== customer);
    if (others.length === 0) return;
    const { orderId: anothers } = own.pick(others);
    const cancel = post('cancel', undefined, anothers, {});
    await this.once(customer, own.chance(0.5) ? get('read', anothers) : cancel);
  }

  /** None of these proves anything. */
  private async intrude(customer: Customer, orderId: string, own: Random): Promise<void> {
    const { people, signingKeysFile } = this.options;
    const valid = await customer.token();
    const [cart, key] = [uuid(own), uuid(own)];
    const lines = [{ productId: people.shelf.plenty[0], quantity: 1 }];
    const json = { cartId: cart, lines, paymentMethod: 'pm_card_visa' };
    const wishes: Wish[] = [
      get('read', orderId),
      { deed: 'list', method: 'GET', path: '/v1/orders' },
      { deed: 'checkout', method: 'POST', path: '/v1/orders', cart, key, json },
    ];
    const proofs = [
      { proof: 'none' as const },
      { proof: 'forged' as const, token: own.pick(forgeries)(valid) },
      ...(signingKeysFile === undefined ? [] : [{ proof: 'expired' as const, token: expired(valid, signingKeysFile) }]),
    ];
    await this.ask(customer, own.pick(wishes), own.pick(proofs));
    const asAdmin = own.pick([
      { ...post('refund', undefined, orderId, {}), key: uuid(own) },
      { deed: 'list' as const, method: 'GET' as const, path: '/v1/admin/orders' },
    ]);
    await this.ask(customer, asAdmin, { proof: 'customer', token: valid });
  }

  /** Asks until the answer is definite, or for so long that it never will be. */
  private async insist(who: Customer, wish: Wish, own: Random): Promise<Reply> {
    const giveUpAt = performance.now() + giveUpAfterMs;
    for (let count = 1; ; count += 1) {
      const reply = await this.once(who, wish, count);
      if (reply.outcome !== 'unknown' || performance.now() > giveUpAt) return reply;
      const pauseMs = Math.min(firstPauseMs * 2 ** (count - 1), longestPauseMs);
      await sleep(pauseMs * (0.5 + own.next()));
    }
  }

  private async once(who: Customer, wish: Wish, count = 1): Promise<Reply> {
    return this.ask(who, wish, { proof: 'valid', token: await who.token() }, count);
  }

  private ask(who: Customer, wish: Wish, as: Pick<Request, 'proof' | 'token'>, count = 1): Promise<Reply> {
    return this.options.client.ask({ ...wish, ...as, try: count, customer: who.id });
  }

  private remember(owner: Customer, orderId: string): void {
    this.lately.push({ owner, orderId });
    if (this.lately.length > remembered) this.lately.shift();
  }
}

const get = (deed: 'read', orderId: string): Wish => ({
  deed,
  method: 'GET',
  path: `/v1/orders/${orderId}`,
  about: orderId,
});

const post = (deed: 'cancel' | 'refund', checkout: string | undefined, orderId: string, json: object): Wish => ({
  deed,
  method: 'POST',
  path: `/v1/orders/${orderId}/${deed}`,
  about: orderId,
  checkout,
  json,
});

const best = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.includes('ok') ? 'ok' : outcomes.includes('fail') ? 'fail' : 'unknown';

import { setTimeout as sleep } from 'node:timers/promises';

import type { History } from '../history/history.ts';
import { planCheckout } from './checkout-plan.ts';
import { Client } from './client.ts';
import { type LoadedShop, type LoadOptions, type Mix, usualMix } from './load-options.ts';
import { gather, type People } from './people.ts';
import { Shopper } from './shopper.ts';

export { type LoadedShop, type LoadOptions, type Mix, plainMix, usualMix } from './load-options.ts';

const tickMs = 10;
const atOnceAtMost = 32;
const customersUsually = 8;
const patienceMs = 5_000;

interface Waiting {
  readonly count: number;
  readonly resolve: () => void;
}

/** Customers who shop. What they do is decided by the seed; what comes of it is in the history. */
export class Load {
  readonly history: History;
  readonly orders: number;
  /** Resolves when every checkout is over, with all that belongs to it. */
  readonly finished: Promise<void>;
  private readonly shop: LoadedShop;
  private readonly options: LoadOptions;
  private readonly mix: Mix;
  private readonly client: Client;
  private readonly waiting = new Set<Waiting>();
  private readonly underWay = new Set<Promise<unknown>>();
  private begun = 0;
  private answered = 0;
  private isStopped = false;
  private failure: unknown;
  private people: Promise<People> | undefined;
  private readonly end: { resolve: () => void; reject: (error: unknown) => void };

  constructor(shop: LoadedShop, options: LoadOptions, history: History) {
    this.shop = shop;
    this.options = options;
    this.orders = options.orders;
    this.mix = { ...usualMix, ...options.mix };
    this.history = history;
    this.client = new Client(shop.gateway, history, options.patienceMs ?? patienceMs);
    const { promise, ...end } = Promise.withResolvers<void>();
    this.finished = promise;
    this.end = end;
    // Whoever waits for it is told; nobody else is.
    promise.catch(() => undefined);
  }

  /** Customers register, a shelf is filled, one order goes through: before the first fault, or nothing can begin. */
  prepare(): Promise<People> {
    return (this.people ??= gather({
      client: this.client,
      history: this.history,
      random: this.options.random.fork('people'),
      customers: this.options.customers ?? customersUsually,
      orders: this.orders,
      adminCredentialsFile: this.shop.adminCredentialsFile,
    }));
  }

  start(): void {
    this.run()
      .then(this.end.resolve, this.end.reject)
      .finally(() => {
        for (const { resolve } of this.waiting) resolve();
        void this.client.close();
      });
  }

  /** Checkouts that have begun. */
  get submitted(): number {
    return this.begun;
  }

  /** Checkouts that were answered with success. */
  get acknowledged(): number {
    return this.answered;
  }

  /** Resolves once this share of the checkouts has begun, or no more will. */
  async reached(fraction: number): Promise<void> {
    const count = Math.ceil(this.orders * fraction);
    if (this.begun < count) await Promise.race([this.finished, this.whenBegun(count)]);
  }

  /** No new checkouts; those under way go on to their end. */
  stop(): void {
    this.isStopped = true;
  }

  /** Resolves once nothing that has begun is under way: each wish has its definite answer. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    const shopper = await this.shopper();
    const startedAt = performance.now();
    const { perSecond = Infinity, atOnce = atOnceAtMost, isFull = () => false, goesOn = false } = this.options;
    const isDue = () => this.begun < ((performance.now() - startedAt) / 1000) * perSecond + 1;
    while ((goesOn || this.begun < this.orders) && !this.isStopped) {
      if (isDue() && this.underWay.size < atOnce && !isFull()) await this.begin(shopper);
      else await sleep(tickMs);
    }
    await this.idle();
    if (this.failure !== undefined) throw this.failure;
  }

  /** No answer is an outcome; this is a mistake of ours. */
  private fail(error: unknown): void {
    this.failure ??= error;
    this.stop();
  }

  private async begin(shopper: Shopper): Promise<void> {
    const { customers, shelf } = await this.prepare();
    const plan = planCheckout(this.options.random, this.begun, customers.length, shelf, this.mix);
    const checkout = shopper
      .buy(plan)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.underWay.delete(checkout));
    this.underWay.add(checkout);
    this.begun += 1;
    for (const each of this.waiting) if (this.begun >= each.count) each.resolve();
  }

  private async shopper(): Promise<Shopper> {
    return new Shopper({
      client: this.client,
      people: await this.prepare(),
      random: this.options.random.fork('shopper'),
      signingKeysFile: this.shop.signingKeysFile,
      acknowledged: () => (this.answered += 1),
    });
  }

  private whenBegun(count: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = { count, resolve: () => (this.waiting.delete(waiting), resolve()) };
      this.waiting.add(waiting);
    });
  }
}

import { existsSync, rmSync, writeFileSync } from 'node:fs';

import { type Desk } from '../scenarios/desk.ts';
import type { Run } from '../scenarios/scenario.ts';
import type { Step } from './steps.ts';

/** Checkouts that are let in at a time: enough to pass any point three times. */
const ordersPerStep = 3;
const diesWithinMs = 20_000;
const lookEveryMs = 10;
/** Long enough for an order to be cancelled, and for one to be asked for again. */
const standsStillMs = { cancel: 2_500, 'quiet orders': 7_000 };
const paymentProcess = 'payment-1';
/** Passed in idleness too, where nothing would be lost: who is to die there is told so once there is work. */
const passedIdly: ReadonlySet<string> = new Set(['provider.claim-committed/before']);

/** Brings processes of a running shop to their points, each of which has a file that says where it dies. */
export class DyingProcesses {
  private readonly run: Run;
  private readonly desk: Desk;
  private readonly letIn: (orders: number) => void;
  private readonly fileOf: (name: string) => string;

  constructor(run: Run, desk: Desk, fileOf: (name: string) => string, letIn: (orders: number) => void) {
    this.run = run;
    this.desk = desk;
    this.fileOf = fileOf;
    this.letIn = letIn;
  }

  /** Resolves with the milliseconds until the one that died was ready again; undefined when nobody died. */
  async die(at: string, step: Step): Promise<number | undefined> {
    const process = this.run.shop.process(at);
    const [before, file] = [process.pid, this.fileOf(at)];
    const driven = this.drive(step, () => writeFileSync(file, `${step.place}:${step.times}`));
    // Who is asked while somebody dies asks again; what comes of it is in the history.
    driven.catch(() => undefined);
    const died = await this.gone(() => !existsSync(file) && process.pid !== before);
    rmSync(file, { force: true });
    const recoveredMs = died ? await process.untilReady() : undefined;
    await this.run.clock.within(driven);
    return recoveredMs;
  }

  private async gone(isGone: () => boolean): Promise<boolean> {
    const giveUpAt = performance.now() + diesWithinMs;
    while (!isGone() && performance.now() < giveUpAt) await this.run.clock.sleep(lookEveryMs);
    return isGone();
  }

  private async drive({ by, place }: Step, arm: () => void): Promise<void> {
    const { shop } = this.run;
    const [customer] = this.desk.twoCustomers;
    const order = this.desk.newOrder();
    const work = async (begin: () => Promise<unknown>) => {
      if (!passedIdly.has(place)) arm();
      await begin();
      if (passedIdly.has(place)) arm();
    };
    if (by === 'orders') return work(() => this.takeIn(passedIdly.has(place)));
    if (by === 'refund') {
      const { orderId = '' } = await this.desk.checkout(customer, order, this.desk.newKey());
      await this.desk.ending(customer, orderId);
      return work(() => this.desk.refund(orderId, this.desk.newKey()));
    }
    // Nothing moves on meanwhile.
    const still = shop
      .process(paymentProcess)
      .pause(by === 'cancel' ? standsStillMs.cancel : standsStillMs['quiet orders']);
    arm();
    const { orderId = '' } = await this.desk.checkout(customer, order, this.desk.newKey());
    if (by === 'cancel') await this.desk.cancel(customer, orderId);
    await still;
  }

  private async takeIn(isAwaited: boolean): Promise<void> {
    const { load, clock } = this.run;
    const before = load.acknowledged;
    this.letIn(ordersPerStep);
    if (isAwaited) await clock.until('an order is taken in', () => load.acknowledged > before, diesWithinMs);
  }
}

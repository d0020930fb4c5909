import type { Money } from '@towpath/api';
import fc from 'fast-check';

import { NotRefundable } from './order.errors.ts';
import { askAgain, isAtRest, type OrderState, react, type Said } from './order.machine.ts';
import { askRefund } from './refund.ts';

const total: Money = { amountMinor: 1_000, currency: 'EUR' };
const completed: OrderState & { total: Money } = {
  total,
  status: 'COMPLETED',
  version: 5,
  cancelReason: null,
  stockGoal: 'commit',
  paymentGoal: 'capture',
  stockSeen: 'RESERVED',
  paymentSeen: 'CAPTURED',
  refundGoalMinor: 0,
  refundedMinor: 0,
};

describe('asking for a refund', () => {
  it('When a part is asked for, then the goal is the total so far', () => {
    const order = { ...completed, refundGoalMinor: 300, refundedMinor: 100 };

    expect(askRefund(order, 200)).toEqual({
      reaction: { order: { ...order, version: 6, refundGoalMinor: 500 }, says: ['RefundPayment'] },
      amount: { amountMinor: 200, currency: 'EUR' },
    });
  });

  it('When no amount is said, then it is all that is left', () => {
    expect(askRefund({ ...completed, refundGoalMinor: 300 })).toMatchObject({
      reaction: { order: { refundGoalMinor: 1_000 } },
      amount: { amountMinor: 700, currency: 'EUR' },
    });
  });

  it.each([
    ['more than was paid', completed, 1_001],
    ['more than is left', { ...completed, refundGoalMinor: 300 }, 701],
    ['more than payment has left', { ...completed, refundedMinor: 300 }, 701],
    ['the rest where nothing is left', { ...completed, refundGoalMinor: 1_000 }, undefined],
    ['the rest where more than all is back', { ...completed, refundedMinor: 1_001 }, undefined],
    ['something of an order that is not completed', { ...completed, status: 'CONFIRMED' as const }, 1],
  ])('When %s is asked for, then it is refused', (_, order, amountMinor) => {
    expect(() => askRefund(order, amountMinor)).toThrow(NotRefundable);
  });

  const step = fc.oneof(
    fc.integer({ min: 1, max: 1_200 }).map((amountMinor) => ({ do: 'ask' as const, amountMinor })),
    fc
      .constantFrom('ask-rest', 'pay', 'lose', 'twice', 'hear', 'miss', 'commit', 'sweep')
      .map((each) => ({ do: each })),
  );

  it('When refunds, reports and sweeps come in any order, some of them lost, then it is never too much, and at last all', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        for (const each of steps) {
          const before = world.order;
          world.take(each);
          world.assertSound(before);
        }
        for (let sweeps = 0; sweeps < 3; sweeps += 1) world.settle();

        expect(isAtRest(world.order)).toBe(true);
        expect(world.order.refundedMinor).toBe(world.order.refundGoalMinor);
        expect(world.givenBack).toBe(world.order.refundGoalMinor);
      }),
      { numRuns: 500 },
    );
  });
});

/** The order, payment, and what is under way between them: each stream is in order and has its gate, messages may be lost. */
class World {
  order = completed;
  givenBack = 0;
  private granted = 0;
  private readonly commands: number[] = [];
  private readonly reports: { version: number; refundedMinor: number }[] = [];
  private reported = 0;
  private heard = 0;

  take(step: { do: string; amountMinor?: number }): void {
    if (step.do.startsWith('ask')) this.ask(step.amountMinor);
    if (step.do === 'pay') this.pay();
    if (step.do === 'lose') this.commands.shift();
    if (step.do === 'twice') this.reports.push(...this.reports.slice(0, 1));
    if (step.do === 'hear') this.hear();
    if (step.do === 'miss') this.reports.shift();
    if (step.do === 'commit') this.order = react(this.order, 'COMMITTED')!.order;
    if (step.do === 'sweep') this.say(askAgain(this.order, true).says);
  }

  assertSound(before: OrderState): void {
    const { refundGoalMinor, refundedMinor } = this.order;
    expect(refundGoalMinor).toBe(this.granted);
    expect(refundGoalMinor).toBeLessThanOrEqual(total.amountMinor);
    expect(refundedMinor).toBeLessThanOrEqual(refundGoalMinor);
    expect(refundGoalMinor).toBeGreaterThanOrEqual(before.refundGoalMinor);
    expect(refundedMinor).toBeGreaterThanOrEqual(before.refundedMinor);
    expect(this.givenBack).toBeLessThanOrEqual(refundGoalMinor);
    expect(this.order.status).toBe('COMPLETED');
  }

  settle(): void {
    this.take({ do: 'commit' });
    this.take({ do: 'sweep' });
    while (this.commands.length > 0) this.pay();
    while (this.reports.length > 0) this.hear();
  }

  private ask(amountMinor?: number): void {
    try {
      const { reaction, amount } = askRefund(this.order, amountMinor);
      this.order = reaction.order;
      this.granted += amount.amountMinor;
      this.say(reaction.says);
    } catch (error) {
      if (!(error instanceof NotRefundable)) throw error;
    }
  }

  private say(says: readonly Said[]): void {
    if (says.includes('RefundPayment')) this.commands.push(this.order.refundGoalMinor);
  }

  /** Payment gives back what is missing of the total, and says how much is back. */
  private pay(): void {
    this.givenBack = Math.max(this.givenBack, this.commands.shift() ?? 0);
    this.reports.push({ version: (this.reported += 1), refundedMinor: this.givenBack });
  }

  private hear(): void {
    const report = this.reports.shift();
    if (!report || report.version <= this.heard) return;
    this.heard = report.version;
    const { refundedMinor } = report;
    const state = refundedMinor === total.amountMinor ? 'REFUNDED' : 'CAPTURED';
    this.order = react({ ...this.order, refundedMinor }, state)!.order;
  }
}

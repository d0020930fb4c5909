import fc from 'fast-check';

import {
  askAgain,
  type Decision,
  isAtRest,
  type OrderState,
  type PaymentState,
  placed,
  react,
  type Said,
  type StockState,
} from './order.machine.ts';

/** Both sides as their own tables have them, small enough to see through. */
interface World {
  order: OrderState;
  stock: StockState | null;
  payment: PaymentState | null;
  itemLeft: boolean;
  cardWorks: boolean;
  captureWorks: boolean;
  illegal: string[];
}

/** What an order costs; here all of it is refunded or nothing, refund.spec.ts has the parts. */
const paidMinor = 100;

const stories = fc.record({
  itemLeft: fc.boolean(),
  cardWorks: fc.boolean(),
  captureWorks: fc.boolean(),
  /** What happens at each step; most of it is loss. */
  steps: fc.array(fc.constantFrom('hear', 'lose', 'twice', 'sweep', 'customer', 'deadline', 'refund'), {
    maxLength: 30,
  }),
});

describe('order machine among its sides', () => {
  it('When messages are lost, doubled and interrupted by a cancel or a refund, then asking again ends every order as it should', () => {
    fc.assert(
      fc.property(stories, ({ steps, ...luck }) => {
        const world = newWorld(luck);
        const inbox: Said[] = ['OrderPlaced'];

        for (const step of steps) interrupt(world, inbox, step);
        for (let sweeps = 0; sweeps < 5; sweeps += 1) settleOnce(world, inbox);

        expect(isAtRest(world.order)).toBe(true);
        expect(world.illegal).toEqual([]);
        expect(endOf(world)).toEqual(
          world.order.status === 'COMPLETED'
            ? { stock: 'COMMITTED', money: world.order.refundGoalMinor > 0 ? 'none' : 'CAPTURED' }
            : { stock: world.stock === 'REJECTED' ? 'REJECTED' : world.order.stockGoal && 'RELEASED', money: 'none' },
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

function newWorld(luck: Pick<World, 'itemLeft' | 'cardWorks' | 'captureWorks'>): World {
  return { order: placed, stock: null, payment: null, illegal: [], ...luck };
}

function interrupt(world: World, inbox: Said[], step: string): void {
  if (step === 'customer' || step === 'deadline' || step === 'refund') decide(world, inbox, step);
  else if (step === 'sweep') sweep(world, inbox);
  else if (step === 'lose') inbox.shift();
  else if (step === 'twice' && inbox[0]) inbox.unshift(inbox[0]);
  else hearOne(world, inbox);
}

function settleOnce(world: World, inbox: Said[]): void {
  sweep(world, inbox);
  while (inbox.length > 0) hearOne(world, inbox);
}

function decide(world: World, inbox: Said[], decision: Decision): void {
  const asked = decision === 'refund' ? { ...world.order, refundGoalMinor: paidMinor } : world.order;
  const reaction = react(asked, decision);
  if (!reaction) return;
  world.order = reaction.order;
  inbox.push(...reaction.says);
}

function sweep(world: World, inbox: Said[]): void {
  const { order, says } = askAgain(world.order, true);
  world.order = order;
  inbox.push(...says);
}

function hearOne(world: World, inbox: Said[]): void {
  const message = inbox.shift();
  const report = message && reportOn(world, message);
  if (!report) return;
  const refundedMinor = world.payment === 'REFUNDED' ? paidMinor : 0;
  const reaction = react({ ...world.order, refundedMinor }, report);
  if (!reaction) world.illegal.push(`${world.order.status} ${report}`);
  else {
    world.order = reaction.order;
    inbox.push(...reaction.says);
  }
}

function reportOn(world: World, message: Said) {
  if (message === 'OrderPlaced') return message;
  if (message.endsWith('Stock')) return (world.stock = stockAfter(world, message));
  if (message.endsWith('Payment')) return (world.payment = paymentAfter(world, message));
  return undefined;
}

function stockAfter({ stock, itemLeft }: World, command: Said): StockState {
  if (command === 'ReserveStock') return stock ?? (itemLeft ? 'RESERVED' : 'REJECTED');
  if (command === 'CommitStock') return 'COMMITTED';
  return stock === 'REJECTED' ? 'REJECTED' : 'RELEASED';
}

function paymentAfter({ payment, cardWorks, captureWorks }: World, command: Said): PaymentState {
  if (command === 'AuthorizePayment') return payment ?? (cardWorks ? 'AUTHORIZED' : 'DECLINED');
  if (command === 'CapturePayment' && payment === 'AUTHORIZED') return captureWorks ? 'CAPTURED' : 'VOIDED';
  if ((command === 'CancelPayment' || command === 'RefundPayment') && payment === 'CAPTURED') return 'REFUNDED';
  if (command === 'CancelPayment' && (payment === null || payment === 'AUTHORIZED')) return 'VOIDED';
  return payment!;
}

function endOf({ stock, payment }: World) {
  return { stock, money: payment === 'CAPTURED' || payment === 'AUTHORIZED' ? payment : 'none' };
}

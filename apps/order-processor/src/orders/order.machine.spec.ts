import fc from 'fast-check';

import {
  askAgain,
  type CancelReason,
  isAtRest,
  type OrderState,
  type OrderStatus,
  type PaymentState,
  placed,
  react,
  type Report,
  type Said,
  type StockState,
  type Trigger,
} from './order.machine.ts';

const statuses: OrderStatus[] = ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED', 'CANCELLED'];
const stockStates: StockState[] = ['RESERVED', 'REJECTED', 'COMMITTED', 'RELEASED'];
const paymentStates: PaymentState[] = ['REQUESTED', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'DECLINED', 'VOIDED'];
const triggers: Trigger[] = ['OrderPlaced', ...stockStates, ...paymentStates, 'customer', 'deadline', 'refund'];

const after = (...story: Trigger[]): OrderState =>
  story.reduce((order, trigger) => react(order, trigger)!.order, placed);

const reached: Record<OrderStatus, OrderState> = {
  PLACED: placed,
  RESERVING: after('OrderPlaced'),
  AUTHORIZING: after('OrderPlaced', 'RESERVED'),
  CONFIRMED: after('OrderPlaced', 'RESERVED', 'AUTHORIZED'),
  COMPLETED: after('OrderPlaced', 'RESERVED', 'AUTHORIZED', 'CAPTURED'),
  CANCELLED: after('OrderPlaced', 'RESERVED', 'AUTHORIZED', 'customer'),
};

const moves: [OrderStatus, Trigger, OrderStatus, CancelReason | null, Said[]][] = [
  ['PLACED', 'OrderPlaced', 'RESERVING', null, ['ReserveStock']],
  ['PLACED', 'customer', 'CANCELLED', 'customer', ['OrderCancelled']],
  ['PLACED', 'deadline', 'CANCELLED', 'deadline', ['OrderCancelled']],
  ['RESERVING', 'RESERVED', 'AUTHORIZING', null, ['AuthorizePayment']],
  ['RESERVING', 'REJECTED', 'CANCELLED', 'out_of_stock', ['OrderCancelled']],
  ['RESERVING', 'customer', 'CANCELLED', 'customer', ['OrderCancelled', 'ReleaseStock']],
  ['RESERVING', 'deadline', 'CANCELLED', 'deadline', ['OrderCancelled', 'ReleaseStock']],
  ['AUTHORIZING', 'AUTHORIZED', 'CONFIRMED', null, ['OrderConfirmed', 'CapturePayment']],
  ['AUTHORIZING', 'DECLINED', 'CANCELLED', 'declined', ['OrderCancelled', 'ReleaseStock']],
  ['AUTHORIZING', 'VOIDED', 'CANCELLED', 'declined', ['OrderCancelled', 'ReleaseStock']],
  ['AUTHORIZING', 'customer', 'CANCELLED', 'customer', ['OrderCancelled', 'ReleaseStock', 'CancelPayment']],
  ['AUTHORIZING', 'deadline', 'CANCELLED', 'deadline', ['OrderCancelled', 'ReleaseStock', 'CancelPayment']],
  ['CONFIRMED', 'CAPTURED', 'COMPLETED', null, ['OrderCompleted', 'CommitStock']],
  ['CONFIRMED', 'VOIDED', 'CANCELLED', 'declined', ['OrderCancelled', 'ReleaseStock']],
  ['CONFIRMED', 'customer', 'CANCELLED', 'customer', ['OrderCancelled', 'ReleaseStock', 'CancelPayment']],
  ['COMPLETED', 'refund', 'COMPLETED', null, ['RefundPayment']],
];

const late: Record<OrderStatus, Report[]> = {
  PLACED: [],
  RESERVING: ['OrderPlaced'],
  AUTHORIZING: ['OrderPlaced', 'RESERVED', 'REQUESTED'],
  CONFIRMED: ['OrderPlaced', 'RESERVED', 'AUTHORIZED'],
  COMPLETED: ['OrderPlaced', 'RESERVED', 'COMMITTED', 'CAPTURED', 'REFUNDED'],
  CANCELLED: ['OrderPlaced', 'RESERVED', 'REJECTED', 'RELEASED', ...paymentStates],
};

describe('order machine', () => {
  it.each(moves)('When a %s order meets %s, then it is %s', (status, trigger, to, cancelReason, says) => {
    const reaction = react(reached[status], trigger);

    expect(reaction).toMatchObject({ order: { status: to, cancelReason, version: reached[status].version + 1 }, says });
  });

  it('When a report is late, then it is remembered and nothing else changes', () => {
    for (const status of statuses) {
      for (const report of late[status]) {
        const order = reached[status];

        expect(react(order, report)).toEqual({ order: { ...order, ...memoryOf(report) }, says: [] });
      }
    }
  });

  it('When a trigger is in neither table, then it is illegal', () => {
    const known = new Set([
      ...moves.map(([status, trigger]) => `${status} ${trigger}`),
      ...statuses.flatMap((status) => late[status].map((report) => `${status} ${report}`)),
    ]);
    const all = statuses.flatMap((status) => triggers.map((trigger) => `${status} ${trigger}` as const));
    const illegal = all.filter((each) => {
      const [status, trigger] = each.split(' ') as [OrderStatus, Trigger];
      return react(reached[status], trigger) === undefined;
    });

    expect(illegal).toEqual(all.filter((each) => !known.has(each)));
  });

  it('When a side is asked, then the goal it was given is kept', () => {
    const kept = statuses.map((status) => [status, reached[status].stockGoal, reached[status].paymentGoal]);

    expect(kept).toEqual([
      ['PLACED', null, null],
      ['RESERVING', 'reserve', null],
      ['AUTHORIZING', 'reserve', 'authorize'],
      ['CONFIRMED', 'reserve', 'capture'],
      ['COMPLETED', 'commit', 'capture'],
      ['CANCELLED', 'release', 'cancel'],
    ]);
  });

  it.each<[string, OrderState, Said[]]>([
    ['PLACED', reached.PLACED, ['OrderPlaced']],
    ['RESERVING', reached.RESERVING, ['ReserveStock']],
    ['AUTHORIZING', reached.AUTHORIZING, ['AuthorizePayment']],
    ['CONFIRMED', reached.CONFIRMED, ['CapturePayment']],
    ['COMPLETED and not committed', reached.COMPLETED, ['CommitStock']],
    ['COMPLETED and committed', { ...reached.COMPLETED, stockSeen: 'COMMITTED' }, []],
    [
      'COMPLETED and half refunded',
      { ...reached.COMPLETED, stockSeen: 'COMMITTED', refundGoalMinor: 100, refundedMinor: 50 },
      ['RefundPayment'],
    ],
    [
      'COMPLETED and refunded as asked',
      { ...reached.COMPLETED, stockSeen: 'COMMITTED', refundGoalMinor: 100, refundedMinor: 100 },
      [],
    ],
    ['CANCELLED before anyone was asked', after('customer'), []],
    ['CANCELLED for want of stock', after('OrderPlaced', 'REJECTED'), []],
    ['CANCELLED and stock held', after('OrderPlaced', 'customer'), ['ReleaseStock']],
    ['CANCELLED and stock released', after('OrderPlaced', 'customer', 'RELEASED'), []],
    ['CANCELLED and money unknown', after('OrderPlaced', 'RESERVED', 'customer', 'RELEASED'), ['CancelPayment']],
    [
      'CANCELLED and money taken',
      { ...reached.CANCELLED, stockSeen: 'RELEASED', paymentSeen: 'CAPTURED' },
      ['CancelPayment'],
    ],
    ...(['VOIDED', 'DECLINED', 'REFUNDED'] as const).map((paymentSeen): [string, OrderState, Said[]] => [
      `CANCELLED and money ${paymentSeen}`,
      { ...reached.CANCELLED, stockSeen: 'RELEASED', paymentSeen },
      [],
    ]),
  ])('When an order is %s, then exactly what is open is asked again', (_, order, says) => {
    expect(askAgain(order, true).says).toEqual(says);
    expect(isAtRest(order)).toBe(says.length === 0);
  });

  it('When an order has not heard all that it said of itself, then it says what it is, unless it is only PLACED', () => {
    const says = statuses.map((status) => askAgain(reached[status], false).says);

    expect(says).toEqual([
      ['OrderPlaced'],
      ['ReserveStock', 'OrderSnapshot'],
      ['AuthorizePayment', 'OrderSnapshot'],
      ['CapturePayment', 'OrderSnapshot'],
      ['CommitStock', 'OrderSnapshot'],
      ['ReleaseStock', 'CancelPayment', 'OrderSnapshot'],
    ]);
  });

  it('When anything is reported or decided, then goals only move up and an ended order stays ended', () => {
    const rank = { reserve: 1, commit: 2, release: 2, authorize: 1, capture: 2, cancel: 3 };
    const rankOf = (goal: keyof typeof rank | null) => (goal ? rank[goal] : 0);
    const anything = fc.array(fc.oneof(fc.constantFrom(...triggers), fc.constant('sweep' as const)), { maxLength: 40 });

    fc.assert(
      fc.property(anything, (story) => {
        let order = Object.freeze(placed);
        for (const each of story) {
          const next = Object.freeze((each === 'sweep' ? askAgain(order, true) : react(order, each))?.order ?? order);
          expect(rankOf(next.stockGoal)).toBeGreaterThanOrEqual(rankOf(order.stockGoal));
          expect(rankOf(next.paymentGoal)).toBeGreaterThanOrEqual(rankOf(order.paymentGoal));
          expect([order.stockGoal, next.stockGoal]).not.toEqual(['commit', 'release']);
          if (order.status === 'CANCELLED' || order.status === 'COMPLETED') expect(next.status).toBe(order.status);
          expect(next.cancelReason !== null).toBe(next.status === 'CANCELLED');
          order = next;
        }
      }),
    );
  });
});

function memoryOf(report: Report): Partial<OrderState> {
  if (report === 'OrderPlaced') return {};
  return stockStates.some((state) => state === report)
    ? { stockSeen: report as StockState }
    : { paymentSeen: report as PaymentState };
}

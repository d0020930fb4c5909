import type { Harm } from './judgement.ts';
import { type Rules, rules as code } from './rules.ts';
import type { Bounds } from './world.ts';

/** A rule of the design, taken out of the model by putting another function in the place of the code's. */
export interface Mutation {
  readonly rule: string;
  readonly without: Partial<Rules>;
  /** What comes of it; nothing where the other rules cover for it. */
  readonly harms: readonly Harm[];
  /** Where one loss and one early sweep are not what shows it. */
  readonly bounds?: Partial<Bounds>;
}

export const boundsOfMutations: Bounds = {
  losses: 1,
  duplicates: 0,
  earlySweeps: 1,
  blocks: 0,
  cancels: 1,
  refunds: 1,
};

type Asking = Rules['askAgain'];
type Reacting = Rules['react'];

const asking = (change: (...asked: Parameters<Asking>) => ReturnType<Asking>): Partial<Rules> => ({
  askAgain: change as Asking,
});
const reacting = (change: (...heard: Parameters<Reacting>) => ReturnType<Reacting>): Partial<Rules> => ({
  react: change as Reacting,
});
const isOver = ({ status }: Parameters<Asking>[0]): boolean => status === 'COMPLETED' || status === 'CANCELLED';

const wishingAnything = ((payment, wish) => {
  const wanted = code.wishing(payment, wish);
  return wanted && wish.goal !== 'refund' ? { ...wanted, goal: wish.goal } : wanted;
}) as Rules['wishing'];

const { none } = code.reservationMoves;
const lateSuccess: Readonly<Record<string, 'ReleaseStock' | 'CancelPayment'>> = {
  RESERVED: 'ReleaseStock',
  AUTHORIZED: 'CancelPayment',
  CAPTURED: 'CancelPayment',
};

export const mutations: readonly Mutation[] = [
  {
    rule: 'the sweep asks until an order is settled, not only until it has ended',
    without: asking((order, heard) => (isOver(order) ? { order, says: [] } : code.askAgain(order, heard))),
    harms: [
      'stock held',
      'authorization held',
      'captured money kept',
      'stock never committed',
      'refund never made',
      'gap never filled',
      'never settled',
    ],
  },
  {
    rule: 'the sweep asks a PLACED order for its OrderPlaced',
    without: asking((order, heard) => (order.status === 'PLACED' ? { order, says: [] } : code.askAgain(order, heard))),
    harms: ['never ended'],
  },
  {
    rule: 'the sweep says an OrderSnapshot where an order has not heard itself',
    without: asking((order) => code.askAgain(order, true)),
    harms: ['gap never filled', 'never settled'],
  },
  {
    rule: 'the sweep says what it reads under the lock',
    without: { isSweepLocked: false },
    harms: ['against the tables'],
  },
  {
    rule: 'a CONFIRMED order takes PaymentVoided',
    without: reacting((order, trigger) =>
      order.status === 'CONFIRMED' && trigger === 'VOIDED'
        ? { order: { ...order, paymentSeen: 'VOIDED' }, says: [] }
        : code.react(order, trigger),
    ),
    harms: ['without end'],
  },
  {
    rule: 'a report says no compensation',
    without: {
      ...reacting((order, trigger) => {
        const reaction = code.react(order, trigger);
        const compensation = order.status === 'CANCELLED' ? lateSuccess[trigger] : undefined;
        return reaction && compensation ? { ...reaction, says: [compensation] } : reaction;
      }),
      isReactionSnapshot: ({ status }) => status === 'CANCELLED',
    },
    harms: ['without end'],
  },
  {
    rule: 'a rejection is stored',
    without: { reservationMoves: { ...code.reservationMoves, REJECTED: none } },
    harms: ['stock held'],
  },
  {
    rule: 'a release of what was never reserved leaves a tombstone',
    without: {
      reservationMoves: { ...code.reservationMoves, none: { ...none, ReleaseStock: { to: 'none' } } },
    } as unknown as Partial<Rules>,
    harms: ['without end'],
  },
  {
    rule: 'a cancel of what was never asked leaves a tombstone',
    without: {
      nextStep: (payment) => (payment.state === 'NONE' && payment.goal === 'cancel' ? 'stay' : code.nextStep(payment)),
    },
    harms: ['without end'],
  },
  {
    rule: 'a side always reports when it is asked again',
    without: {
      isReservationReported: (before, after) => code.isReservationReported(before, after, false),
      isPaymentReported: (before, after) => code.isPaymentReported(before, after, false),
    },
    harms: ['without end'],
  },
  {
    rule: 'a report to a snapshot is a snapshot',
    without: { isAnswerSnapshot: () => false },
    harms: ['without end'],
  },
  {
    rule: 'a payment has one open operation',
    without: {
      nextStep: (payment) =>
        payment.operation?.claimed && payment.goal === 'cancel' && payment.state !== 'CAPTURED'
          ? 'void'
          : code.nextStep(payment),
    },
    harms: ['two open operations'],
    bounds: { losses: 0, earlySweeps: 0 },
  },
  {
    rule: 'a refused capture makes cancel the goal',
    without: {
      settle: (payment, outcome) => {
        const settled = code.settle(payment, outcome);
        return settled && outcome.is === 'captureRefused' ? { ...settled, goal: payment.goal } : settled;
      },
    },
    harms: ['without end'],
  },
  {
    rule: 'an operation has one key at the provider',
    without: { isKeyFixed: false },
    harms: ['authorization held'],
    bounds: { losses: 0, duplicates: 1, earlySweeps: 0 },
  },
  {
    rule: 'the gate lets no old snapshot in',
    without: {
      admit: (cursor, arrival) =>
        arrival.jumps && arrival.version <= cursor.version && !cursor.blocked ? 'apply' : code.admit(cursor, arrival),
    },
    harms: ['against the tables'],
  },
  {
    rule: 'a command jumps a gap, also when it is said first',
    without: { mayJump: (isSnapshot) => isSnapshot },
    harms: ['gap never filled'],
  },
  {
    rule: 'what the cursor has passed is purged from the buffer',
    without: { waiting: (_, buffered) => [...buffered] },
    harms: ['gap never filled'],
  },
  {
    rule: 'a buffered snapshot is let in when the cursor moves',
    without: {
      released: (cursor, buffered) => {
        const all = code.released(cursor, buffered);
        const inOrder = all.findIndex((each, index) => each.version !== cursor.version + index + 1);
        return inOrder < 0 ? all : all.slice(0, inOrder);
      },
    },
    harms: ['gap never filled'],
    bounds: { blocks: 1 },
  },
  {
    rule: 'a goal only moves up',
    without: { wishing: wishingAnything },
    harms: [],
  },
  {
    rule: 'a compensation is said only to a side that was asked',
    without: reacting((order, trigger) => {
      const reaction = code.react(order, trigger);
      if (!reaction || (trigger !== 'customer' && trigger !== 'REJECTED')) return reaction;
      const asked = { ...reaction.order, stockGoal: 'release' as const, paymentGoal: 'cancel' as const };
      return { order: asked, says: ['OrderCancelled', 'ReleaseStock', 'CancelPayment'] };
    }),
    harms: [],
  },
  {
    rule: 'a goal only moves up, and the sweep says what it reads under the lock',
    without: { wishing: wishingAnything, isSweepLocked: false },
    harms: ['against the tables'],
  },
];

import fc from 'fast-check';

import {
  type Asked,
  type Goal,
  higher,
  isReported,
  nextStep,
  type OperationKind,
  type Outcome,
  settle,
  type Situation,
  stepped,
  wishing,
} from './payment.machine.ts';

const amountMinor = 1_000;

const situation = (more: Partial<Situation>): Situation => ({
  state: 'NONE',
  goal: 'authorize',
  amountMinor,
  refundGoalMinor: 0,
  refundedMinor: 0,
  ...more,
});

/** A payment whose commands, claims and outcomes come in any order, and all that the provider was ever asked. */
class History {
  payment = situation({});
  readonly asked: OperationKind[] = [];
  readonly goals: Goal[] = ['authorize'];
  captured = false;
  illegal = false;

  wish(goal: Goal): void {
    this.take({ ...this.payment, goal: higher(this.payment.goal, goal) });
  }

  refund(totalMinor: number): void {
    this.take({ ...this.payment, refundGoalMinor: Math.max(this.payment.refundGoalMinor, totalMinor) });
  }

  claim(): void {
    const { operation } = this.payment;
    if (operation && !operation.claimed) {
      this.asked.push(operation.kind);
      this.payment = { ...this.payment, operation: { ...operation, claimed: true } };
    }
  }

  answer(pick: number): void {
    const { operation } = this.payment;
    if (!operation?.claimed) return;
    const possible = outcomesOf(operation.kind, this.payment);
    const settled = settle(this.payment, possible[pick % possible.length] as Outcome);
    expect(settled).toBeDefined();
    this.captured ||= settled?.state === 'CAPTURED';
    this.take({ ...this.payment, ...settled, operation: undefined });
  }

  private take(wanted: Situation): void {
    const step = nextStep(wanted);
    if (step === 'illegal') {
      this.illegal = true;
      return;
    }
    this.payment = wanted;
    this.goals.push(wanted.goal);
    if (step === 'drop') {
      this.take({ ...wanted, operation: undefined });
    } else if (step === 'close') {
      this.payment = { ...wanted, state: 'VOIDED' };
    } else if (step !== 'stay' && step !== 'wait') {
      expect(wanted.operation).toBeUndefined();
      const state = step === 'authorize' ? 'REQUESTED' : wanted.state;
      this.payment = { ...wanted, state, operation: { kind: step, claimed: false } };
    }
  }
}

/** What the provider may say, also of what someone did there by hand. */
function outcomesOf(kind: OperationKind, payment: Situation): Outcome[] {
  const some: Record<OperationKind, Outcome[]> = {
    authorize: [{ is: 'authorized' }, { is: 'declined' }],
    capture: [{ is: 'captured' }, { is: 'captureRefused' }, { is: 'voided' }],
    void: [{ is: 'voided' }, { is: 'captured' }],
    refund: [
      { is: 'refunded', totalMinor: payment.refundedMinor + owedMinor(payment) },
      { is: 'refunded', totalMinor: amountMinor },
    ],
  };
  return some[kind];
}

const owedMinor = ({ goal, amountMinor: whole, refundGoalMinor, refundedMinor }: Situation): number =>
  (goal === 'cancel' ? whole : refundGoalMinor) - refundedMinor;

type Act = (history: History) => void;

const goal = fc.constantFrom<Goal>('authorize', 'capture', 'cancel');
const act: fc.Arbitrary<Act> = fc.oneof(
  goal.map((wish) => (history: History) => history.wish(wish)),
  fc.integer({ min: 1, max: amountMinor }).map((total) => (history: History) => history.refund(total)),
  fc.constant((history: History) => history.claim()),
  fc.nat(5).map((pick) => (history: History) => history.answer(pick)),
);
const acts = fc.array(act, { maxLength: 40 });

const after = (steps: Act[], check: (history: History) => void = () => {}): History => {
  const history = new History();
  for (const step of steps) {
    step(history);
    check(history);
  }
  return history;
};
const rank = { authorize: 0, capture: 1, cancel: 2 };
const ended = ['REFUNDED', 'DECLINED', 'VOIDED'];

describe('payment machine', () => {
  it.each([
    ['NONE', ['authorize', 'illegal', 'illegal', 'close']],
    ['AUTHORIZED', ['stay', 'capture', 'illegal', 'void']],
    ['CAPTURED', ['stay', 'stay', 'refund', 'refund']],
    ['REFUNDED', ['stay', 'stay', 'stay', 'stay']],
    ['DECLINED', ['stay', 'stay', 'stay', 'stay']],
    ['VOIDED', ['stay', 'stay', 'stay', 'stay']],
  ] as const)('When %s and nothing is open, then authorize, capture, refund and cancel mean %j', (state, expected) => {
    expect([
      nextStep(situation({ state, goal: 'authorize' })),
      nextStep(situation({ state, goal: 'capture' })),
      nextStep(situation({ state, goal: 'capture', refundGoalMinor: 1 })),
      nextStep(situation({ state, goal: 'cancel' })),
    ]).toEqual(expected);
  });

  it.each([
    ['REQUESTED', 'authorize', 'drop'],
    ['AUTHORIZED', 'capture', 'drop'],
    ['AUTHORIZED', 'void', 'stay'],
    ['CAPTURED', 'refund', 'stay'],
  ] as const)('When %s is cancelled and its %s was never claimed, then the step is %s', (state, kind, step) => {
    expect(nextStep(situation({ state, goal: 'cancel', operation: { kind, claimed: false } }))).toBe(step);
  });

  it.each<[string, Partial<Situation>, boolean, boolean]>([
    ['the state', { state: 'CAPTURED' }, false, true],
    ['what is given back', { refundedMinor: 1 }, false, true],
    ['that a person must look', { operation: { kind: 'capture', claimed: true, needsReview: true } }, false, true],
    ['the goal', { goal: 'cancel' }, false, false],
    ['the goal, and a report is demanded', { goal: 'cancel' }, true, true],
    ['to no payment at all, and a report is demanded', { state: 'NONE' }, true, false],
  ])('When what changes is %s, then %j with demand %s is reported: %s', (_, change, isDemanded, told) => {
    const before = situation({ state: change.state === 'NONE' ? 'NONE' : 'AUTHORIZED' });

    expect(isReported(before, { ...before, ...change }, isDemanded)).toBe(told);
  });

  it('When a step is taken, then a close voids, an authorize requests, and the others leave the state to their outcome', () => {
    const open = (kind: OperationKind) => ({ kind, claimed: false });
    const steps = (['close', 'authorize', 'capture', 'void', 'refund'] as const).map((step) => {
      const { state, operation } = stepped(situation({ state: 'AUTHORIZED' }), step, open);
      return [step, state, operation?.kind];
    });

    expect(steps).toEqual([
      ['close', 'VOIDED', undefined],
      ['authorize', 'REQUESTED', 'authorize'],
      ['capture', 'AUTHORIZED', 'capture'],
      ['void', 'AUTHORIZED', 'void'],
      ['refund', 'AUTHORIZED', 'refund'],
    ]);
  });

  it('When a command wants what contradicts what was asked before, then it is not taken in', () => {
    const asked: Asked = { ...situation({ state: 'AUTHORIZED' }), currency: 'EUR', paymentMethod: 'card' };
    const more = { amountMinor: amountMinor + 1, currency: 'EUR' };

    expect(wishing(asked, { goal: 'authorize', amount: more, paymentMethod: 'card' })).toBeUndefined();
    expect(wishing(asked, { goal: 'refund', total: more })).toBeUndefined();
    expect(wishing(asked, { goal: 'refund', total: { amountMinor: 1, currency: 'USD' } })).toBeUndefined();
    expect(wishing({ ...asked, goal: 'cancel' }, { goal: 'capture' })).toEqual({ ...asked, goal: 'cancel' });
  });

  it('When an operation was claimed, then everything waits for its outcome', () => {
    fc.assert(
      fc.property(acts, goal, (steps, wish) => {
        const { payment } = after(steps);
        fc.pre(payment.operation?.claimed === true);

        expect(nextStep({ ...payment, goal: wish })).toBe('wait');
      }),
    );
  });

  it('When anything happens in any order, then a goal only moves up', () => {
    fc.assert(
      fc.property(acts, (steps) => {
        const ranks = after(steps).goals.map((wish) => rank[wish]);

        expect(ranks).toEqual([...ranks].sort());
      }),
    );
  });

  it('When anything happens in any order, then money is asked for once and taken once, and never taken and let go', () => {
    fc.assert(
      fc.property(acts, (steps) => {
        const { asked, captured, payment } = after(steps);

        expect(asked.filter((kind) => kind === 'authorize').length).toBeLessThanOrEqual(1);
        expect(asked.filter((kind) => kind === 'capture').length).toBeLessThanOrEqual(1);
        expect(captured && payment.state === 'VOIDED').toBe(false);
        expect(asked.includes('refund') && !captured).toBe(false);
      }),
    );
  });

  it('When anything happens in any order, then no more is given back than was taken, and REFUNDED means all of it', () => {
    fc.assert(
      fc.property(acts, (steps) => {
        after(steps, ({ payment, captured }) => {
          expect(payment.refundedMinor).toBeLessThanOrEqual(captured ? amountMinor : 0);
          expect(payment.state === 'REFUNDED').toBe(payment.refundedMinor === amountMinor);
        });
      }),
    );
  });

  it('When it was cancelled before it was asked for, then it is never asked for', () => {
    fc.assert(
      fc.property(acts, (steps) => {
        const { asked, payment } = after([(history) => history.wish('cancel'), ...steps]);

        expect(payment.state).toBe('VOIDED');
        expect(asked).toEqual([]);
      }),
    );
  });

  it('When a payment has ended, then nothing changes it', () => {
    fc.assert(
      fc.property(acts, acts, (steps, more) => {
        const { payment } = after(steps);
        fc.pre(ended.includes(payment.state));

        expect(after([...steps, ...more]).payment.state).toBe(payment.state);
      }),
    );
  });

  it('When it is cancelled at any time, then it ends with no money kept once every answer is there', () => {
    fc.assert(
      fc.property(acts, fc.array(fc.nat(5), { minLength: 8, maxLength: 8 }), (steps, picks) => {
        const answers = picks.flatMap((pick) => [(h: History) => h.claim(), (h: History) => h.answer(pick)]);
        const { payment } = after([...steps, (history) => history.wish('cancel'), ...answers]);

        expect(ended).toContain(payment.state);
        expect(payment.operation).toBeUndefined();
      }),
    );
  });

  it('When order-processor asks in its own order, then nothing is illegal and the order is paid or not', () => {
    const paid = fc.array(fc.nat(1), { maxLength: 3 });
    fc.assert(
      fc.property(paid, ([authorize = 0, capture = 0]) => {
        const history = after([
          (h) => h.wish('authorize'),
          (h) => h.claim(),
          (h) => h.answer(authorize),
          (h) => h.wish('capture'),
          (h) => h.claim(),
          (h) => h.answer(capture),
          (h) => h.claim(),
          (h) => h.answer(0),
        ]);

        expect(history.illegal).toBe(false);
        expect(history.payment.state).toBe(authorize ? 'DECLINED' : capture ? 'VOIDED' : 'CAPTURED');
      }),
    );
  });

  it.each([
    ['REQUESTED', { is: 'refunded', totalMinor: 1 }],
    ['CAPTURED', { is: 'voided' }],
    ['VOIDED', { is: 'captured' }],
    ['REFUNDED', { is: 'captured' }],
  ] as const)('When %s, then the outcome %j cannot be', (state, outcome) => {
    expect(settle(situation({ state }), outcome)).toBeUndefined();
  });
});

import fc from 'fast-check';

import { isReported, reservationMoves, type ReservationState, type StockCommand } from './reservation.machine.ts';

const commands: readonly StockCommand[] = ['ReserveStock', 'CommitStock', 'ReleaseStock'];
const states = ['none', 'RESERVED', 'REJECTED', 'COMMITTED', 'RELEASED'] as const;

/** One product and the reservations of several orders for it, each for one piece. */
class Shelf {
  readonly orders = new Map<number, ReservationState>();
  reserved = 0;

  constructor(public stock: number) {}

  obey(order: number, command: StockCommand): void {
    const move = reservationMoves[this.orders.get(order) ?? 'none'][command];
    if (!move) return;
    if (move.effect === 'hold' && this.reserved === this.stock) {
      this.orders.set(order, move.orElse);
      return;
    }
    if (move.effect) this[move.effect]();
    this.orders.set(order, move.to);
  }

  holding(...states: ReservationState[]): number {
    return [...this.orders.values()].filter((state) => states.includes(state)).length;
  }

  private hold() {
    this.reserved += 1;
  }

  private take() {
    this.reserved -= 1;
    this.stock -= 1;
  }

  private free() {
    this.reserved -= 1;
  }
}

const step = fc.record({ order: fc.nat(4), command: fc.constantFrom(...commands) });
const history = fc.record({ stock: fc.nat(3), steps: fc.array(step, { maxLength: 60 }) });

describe('reservation machine', () => {
  it.each([
    ['none', ['RESERVED or REJECTED', 'illegal', 'RELEASED']],
    ['RESERVED', ['–', 'COMMITTED', 'RELEASED']],
    ['REJECTED', ['–', 'illegal', '–']],
    ['COMMITTED', ['illegal', '–', 'illegal']],
    ['RELEASED', ['–', 'illegal', '–']],
  ] as const)('When a reservation is %s, then reserve, commit and release lead to %j', (state, expected) => {
    const found = commands.map((command) => {
      const move = reservationMoves[state][command];
      if (!move) return 'illegal';
      if (move.to === state) return '–';
      return move.effect === 'hold' ? `${move.to} or ${move.orElse}` : move.to;
    });

    expect(found).toEqual(expected);
  });

  it('When nothing changes, then no product is touched', () => {
    for (const state of states) {
      for (const move of Object.values(reservationMoves[state])) {
        if (move.to === state) expect(move).toEqual({ to: state });
      }
    }
  });

  it.each([
    ['none', 'RESERVED', false, true],
    ['RESERVED', 'COMMITTED', false, true],
    ['RESERVED', 'RESERVED', false, false],
    ['RESERVED', 'RESERVED', true, true],
    ['none', 'none', true, false],
  ] as const)(
    'When %s becomes %s, a report being demanded: %s, then it is reported: %s',
    (before, after, demanded, told) => {
      expect(isReported(before, after, demanded)).toBe(told);
    },
  );

  it('When any commands come in any order, then the shelf and the reservations agree', () => {
    fc.assert(
      fc.property(history, ({ stock, steps }) => {
        const shelf = new Shelf(stock);

        for (const { order, command } of steps) {
          shelf.obey(order, command);
          expect(shelf.reserved).toBe(shelf.holding('RESERVED'));
          expect(shelf.stock).toBe(stock - shelf.holding('COMMITTED'));
          expect(shelf.stock).toBeGreaterThanOrEqual(shelf.reserved);
        }
      }),
    );
  });

  it('When a command is repeated, then the repetition changes nothing', () => {
    fc.assert(
      fc.property(history, ({ stock, steps }) => {
        const [once, twice] = [new Shelf(stock), new Shelf(stock)];

        for (const { order, command } of steps) {
          once.obey(order, command);
          twice.obey(order, command);
          twice.obey(order, command);
        }

        expect(twice).toEqual(once);
      }),
    );
  });

  it('When a reservation has ended, then no command brings it back', () => {
    fc.assert(
      fc.property(history, fc.constantFrom('REJECTED', 'COMMITTED', 'RELEASED'), ({ stock, steps }, end) => {
        const shelf = new Shelf(stock);
        shelf.orders.set(0, end);

        for (const { command } of steps) shelf.obey(0, command);

        expect(shelf).toMatchObject({ stock, reserved: 0, orders: new Map([[0, end]]) });
      }),
    );
  });
});

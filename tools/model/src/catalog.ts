import type { ReservationState, StockCommand } from '../../../apps/catalog/src/stock/reservation.machine.ts';
import { type Message, message } from './channel.ts';
import { once, oncePerPair, type Part, Pool } from './part.ts';
import type { Rules } from './rules.ts';

/** The one piece that there is, our reservation of it, and somebody else who may want it. */
export interface Shelf {
  readonly reservation: ReservationState | 'none';
  readonly stock: number;
  readonly reserved: number;
  readonly competitor: 'away' | 'holding' | 'gone';
}

export interface Answer<T> {
  readonly after: Part<T>;
  readonly report?: Message;
  /** What was asked is not in the table. */
  readonly wrong?: string;
}

/** What the use cases of catalog do, around the machine that they run. */
export class Catalog {
  readonly pool = new Pool<Shelf>();
  readonly opened = this.pool.of({ reservation: 'none', stock: 1, reserved: 0, competitor: 'away' });
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** MoveReservation. */
  readonly obey = oncePerPair((before: Part<Shelf>, { what, snapshot }: Message): Answer<Shelf> => {
    const move = this.#rules.reservationMoves[before.reservation][what as StockCommand];
    const after = move && move.to !== before.reservation ? this.#move(before, move) : before;
    const { reservation } = after;
    const isReported = this.#rules.isReservationReported(before.reservation, reservation, snapshot);
    return {
      after,
      report: isReported ? message(reservation, this.#rules.isAnswerSnapshot(snapshot)) : undefined,
      wrong: move ? undefined : `${what} is illegal: ${reservation}`,
    };
  });

  /** What the competitor may do; each of it is asked for once. */
  readonly competition = once((shelf: Part<Shelf>): readonly (readonly [string, Part<Shelf>])[] => {
    const { reservation, stock, reserved, competitor } = shelf;
    // Who takes what we have given back is nothing to us: our reservation stays RELEASED.
    if (reservation === 'RELEASED') return [];
    if (competitor === 'away' && reserved < stock)
      return [
        ['somebody else takes the item', this.pool.of({ ...shelf, reserved: reserved + 1, competitor: 'holding' })],
      ];
    if (competitor !== 'holding') return [];
    const gone = { ...shelf, reserved: reserved - 1, competitor: 'gone' as const };
    return [
      ['somebody else keeps the item', this.pool.of({ ...gone, stock: stock - 1 })],
      ['somebody else gives the item back', this.pool.of(gone)],
    ];
  });

  #move(shelf: Part<Shelf>, move: NonNullable<Rules['reservationMoves']['none']['ReserveStock']>): Part<Shelf> {
    const { stock, reserved } = shelf;
    // Once it is ours, it makes no difference any more whether somebody else had it before, and so no other state.
    if (move.effect === 'hold')
      return reserved < stock
        ? this.pool.of({ ...shelf, reservation: move.to, reserved: reserved + 1, competitor: 'gone' })
        : this.pool.of({ ...shelf, reservation: move.orElse });
    const left = { reserved: move.effect ? reserved - 1 : reserved, stock: move.effect === 'take' ? stock - 1 : stock };
    return this.pool.of({ ...shelf, ...left, reservation: move.to });
  }
}

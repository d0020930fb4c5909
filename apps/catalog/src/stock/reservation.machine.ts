export type ReservationState = 'RESERVED' | 'REJECTED' | 'COMMITTED' | 'RELEASED';
export type StockCommand = 'ReserveStock' | 'CommitStock' | 'ReleaseStock';

/**
 * Where the reservation goes, and what that does to the products of the order: hold all of them (or none, and go elsewhere),
 * take what is held, or free it.
 */
export type ReservationMove =
  | { readonly to: ReservationState; readonly effect?: 'take' | 'free' }
  | { readonly to: ReservationState; readonly effect: 'hold'; readonly orElse: ReservationState };

type TransitionTable = Readonly<
  Record<ReservationState | 'none', Readonly<Partial<Record<StockCommand, ReservationMove>>>>
>;

/**
 * A command says where the order's stock must end. What is not here is illegal. A rejection and a release are states like
 * any other: a repeated ReserveStock must not succeed after them.
 */
export const reservationMoves: TransitionTable = {
  none: {
    ReserveStock: { to: 'RESERVED', effect: 'hold', orElse: 'REJECTED' },
    ReleaseStock: { to: 'RELEASED' },
  },
  RESERVED: {
    ReserveStock: { to: 'RESERVED' },
    CommitStock: { to: 'COMMITTED', effect: 'take' },
    ReleaseStock: { to: 'RELEASED', effect: 'free' },
  },
  REJECTED: {
    ReserveStock: { to: 'REJECTED' },
    ReleaseStock: { to: 'REJECTED' },
  },
  COMMITTED: {
    CommitStock: { to: 'COMMITTED' },
  },
  RELEASED: {
    ReserveStock: { to: 'RELEASED' },
    ReleaseStock: { to: 'RELEASED' },
  },
};

/** Whether catalog says where a reservation is now: when it has moved, and always when it is asked to. */
export function isReported(
  before: ReservationState | 'none',
  after: ReservationState | 'none',
  isDemanded: boolean,
): after is ReservationState {
  return after !== 'none' && (isDemanded || after !== before);
}

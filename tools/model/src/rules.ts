import * as reservation from '../../../apps/catalog/src/stock/reservation.machine.ts';
import * as order from '../../../apps/order-processor/src/orders/order.machine.ts';
import * as payment from '../../../apps/payment/src/payments/payment.machine.ts';
import * as gate from '../../../libs/messaging/gate.ts';

/** All that decides, as the services themselves run it. A mutation puts another function in the place of one of these. */
export const rules = {
  ...pick(gate, 'admit', 'mayJump', 'waiting', 'replaces', 'released'),
  ...pick(order, 'react', 'askAgain', 'isAtRest'),
  reservationMoves: reservation.reservationMoves,
  isReservationReported: reservation.isReported as (before: string, after: string, isDemanded: boolean) => boolean,
  ...pick(payment, 'nextStep', 'wishing', 'stepped', 'settle'),
  isPaymentReported: payment.isReported as (...situations: Parameters<typeof payment.isReported>) => boolean,
  /** The sweep says what it read while it held the order's lock. The lock is SQL: this stands for it. */
  isSweepLocked: true,
  /** The reports that a side gives when it is asked again are snapshots. The use cases pass it on: this stands for it. */
  isAnswerSnapshot: (isDemanded: boolean): boolean => isDemanded,
  /** What a report makes an order say is no snapshot: only the sweep says those. */
  isReactionSnapshot: (_: order.OrderState): boolean => false,
  /** An operation that is sent again has the key it had before. The key is a column: this stands for it. */
  isKeyFixed: true,
};
export type Rules = typeof rules;

function pick<T extends object, K extends keyof T>(all: T, ...names: K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, all[name]])) as Pick<T, K>;
}

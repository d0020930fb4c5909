import type { Mismatch, MismatchKind } from './mismatch.ts';
import type { BookedPayment, Charge, KnownOrder, OrderAccount } from './order-account.ts';

/** Everything that does not agree about the money of one order; nothing while it is under way. */
export function mismatchesOf(account: OrderAccount): Mismatch[] {
  if (account.underWay) return [];
  const { orderId: subject, charges, payment, order } = account;
  return [...new Set(kindsOf(account))].map((kind) => ({
    kind,
    subject,
    detail: { provider: charges, payment, order },
  }));
}

function kindsOf({ charges, payment, order, ordersAsked }: OrderAccount): MismatchKind[] {
  if (!payment) return [...(order ? afterOrder(order) : []), ...charges.flatMap(ofNobody)];
  const kinds = [...ledger(payment), ...extraCharges(payment, charges)];
  const own = charges.find(({ reference }) => reference === payment.reference);
  // What its charge is like says little: that is just what a person must find out.
  if (payment.needsReview)
    return ['operation-needs-review', ...kinds, ...charges.flatMap((one) => amounts(payment, one))];
  if (hasMoney(payment)) kinds.push(...(own ? ownCharge(payment, own) : ['charge-missing' as const]));
  if (order) kinds.push(...betweenBooks(payment, order));
  else if (ordersAsked && keepsMoney(payment)) kinds.push(withoutOrder(payment.state === 'CAPTURED'));
  return kinds;
}

const isHeld = ({ status }: Charge): boolean => status === 'requires_capture';
const isKept = ({ status, refundedMinor, amountMinor }: Charge): boolean =>
  status === 'succeeded' && refundedMinor < amountMinor;
const hasMoney = ({ state }: BookedPayment): boolean => ['AUTHORIZED', 'CAPTURED', 'REFUNDED'].includes(state);
const keepsMoney = ({ state }: BookedPayment): boolean => ['AUTHORIZED', 'CAPTURED'].includes(state);
const isTaken = ({ state }: BookedPayment): boolean => ['CAPTURED', 'REFUNDED'].includes(state);

const withoutOrder = (taken: boolean): MismatchKind => (taken ? 'captured-without-order' : 'held-without-order');

/** What a charge is that no payment of ours knows. */
export function ofNobody(charge: Charge): MismatchKind[] {
  return isKept(charge) || isHeld(charge) ? [withoutOrder(isKept(charge))] : [];
}

const afterOrder = ({ status }: KnownOrder): MismatchKind[] =>
  status === 'COMPLETED' ? ['order-completed-without-capture'] : [];

function ledger({ state, amountMinor, refundedMinor, ...booked }: BookedPayment): MismatchKind[] {
  const taken = state === 'CAPTURED' || state === 'REFUNDED' ? amountMinor : 0;
  const agrees = booked.ledgerTakenMinor === taken && booked.ledgerRefundedMinor === refundedMinor;
  return [
    ...(agrees ? [] : ['ledger-differs' as const]),
    ...(booked.unbalanced === 0 ? [] : ['ledger-out-of-balance' as const]),
  ];
}

/** Charges with money in them beside the one in our books. */
function extraCharges(payment: BookedPayment, charges: readonly Charge[]): MismatchKind[] {
  return charges
    .filter((charge) => charge.reference !== payment.reference || !hasMoney(payment))
    .filter((charge) => isHeld(charge) || isKept(charge))
    .flatMap((charge): MismatchKind[] => {
      if (hasMoney(payment)) return ['double-charge'];
      // Of an operation that needs review: it is named as that.
      if (payment.state === 'REQUESTED') return [];
      return [isHeld(charge) ? 'held-authorization-of-cancelled-order' : 'captured-for-cancelled-order'];
    });
}

function ownCharge(payment: BookedPayment, charge: Charge): MismatchKind[] {
  const expected = isTaken(payment) ? 'succeeded' : 'requires_capture';
  if (charge.status !== expected) return ['state-differs'];
  return [...amounts(payment, charge), ...refunds(charge.refundedMinor, payment.refundedMinor)];
}

const amounts = (payment: BookedPayment, { amountMinor, currency }: Charge): MismatchKind[] =>
  payment.amountMinor === amountMinor && payment.currency === currency ? [] : ['amount-differs'];

function refunds(isMinor: number, shouldMinor: number): MismatchKind[] {
  if (isMinor === shouldMinor) return [];
  return [isMinor < shouldMinor ? 'refund-missing' : 'refund-extra'];
}

function betweenBooks(payment: BookedPayment, order: KnownOrder): MismatchKind[] {
  const same = payment.amountMinor === order.totalMinor && payment.currency === order.currency;
  // Closed before anyone asked for money, it never knew how much.
  const differs: MismatchKind[] = same || payment.amountMinor === null ? [] : ['amount-differs'];
  return [...differs, ...ends(payment, order)];
}

function ends(payment: BookedPayment, order: KnownOrder): MismatchKind[] {
  if (order.status === 'COMPLETED') {
    return isTaken(payment) ? refunds(payment.refundedMinor, order.refundGoalMinor) : afterOrder(order);
  }
  if (!keepsMoney(payment)) return [];
  if (order.status !== 'CANCELLED') return payment.state === 'CAPTURED' ? ['captured-for-unfinished-order'] : [];
  return [payment.state === 'CAPTURED' ? 'captured-for-cancelled-order' : 'held-authorization-of-cancelled-order'];
}

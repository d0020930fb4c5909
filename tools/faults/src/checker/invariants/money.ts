import type { CheckedOrder } from '../order.repository.ts';
import type { Account } from '../payment.repository.ts';
import { type Charge, kept } from '../provider-book.ts';
import type { Invariant } from '../verdict.ts';

const isPaid = ({ status }: CheckedOrder): boolean => status === 'CONFIRMED' || status === 'COMPLETED';

/** Nothing more will happen to it; one that is not there has no future either. */
const isOver = (order: CheckedOrder | undefined): boolean => order?.isSettled ?? true;

/** I4: by the provider's own log no order's money was taken twice, nor held twice: both are charges to who looks at an account. */
export const chargedOnce: Invariant = ({ provider }) => ({
  checked: provider.charges.size,
  violations: [...provider.charges].flatMap(([orderId, charges]) => {
    const captures = charges.reduce((sum, charge) => sum + charge.captures, 0);
    if (captures > 1) return [`order ${orderId} was captured ${captures} times: ${ids(charges)}`];
    return charges.length > 1 ? [`order ${orderId} was charged ${charges.length} times: ${ids(charges)}`] : [];
  }),
});

/** I5: what the provider took or holds belongs to an order that is paid, or was given back or let go. */
export const noMoneyWithoutOrder: Invariant = ({ provider, orders, expected }) => {
  const inReview = new Set(expected.inReview);
  const orphans = [...provider.charges].filter(([orderId]) => !inReview.has(orderId));
  return {
    checked: orphans.length,
    violations: orphans.flatMap(([orderId, charges]) => {
      const order = orders.get(orderId);
      const state = order?.status ?? 'unknown';
      // One that is not settled may still take the money, or give it back: whether it does is another question.
      if (!isOver(order)) return [];
      const held = charges.filter(({ isHeld }) => isHeld);
      if (held.length > 0) return [`the provider holds ${ids(held)} for order ${orderId}, which is ${state}`];
      const keptMinor = kept(charges);
      const mayKeep = order !== undefined && isPaid(order);
      return keptMinor > 0 && !mayKeep
        ? [`the provider kept ${keptMinor} for order ${orderId}, which is ${state}`]
        : [];
    }),
  };
};

/** I6: a paid order was charged exactly what it costs, and goods are handed over for paid orders, and for these only. */
export const noGoodsWithoutMoney: Invariant = async ({ provider, orders, stock }) => {
  const paid = [...orders.values()].filter(isPaid);
  const handedOver = await stock.handedOver();
  const isHandedOver = new Set(handedOver);
  const unpaid = handedOver.filter((orderId) => provider.of(orderId).every(({ captures }) => captures === 0));
  return {
    checked: paid.length + handedOver.length,
    violations: [
      ...paid.flatMap((order) => mispaid(order, provider.of(order.id))),
      ...unpaid
        .filter((orderId) => isOver(orders.get(orderId)))
        .map((orderId) => `the goods of order ${orderId} were handed over, and nothing was paid`),
      ...paid
        .filter((order) => isOver(order) && !isHandedOver.has(order.id))
        .map(({ id, status }) => `order ${id} is ${status}, and its goods were not handed over`),
    ],
  };
};

function mispaid({ id, status, totalMinor, currency }: CheckedOrder, charges: readonly Charge[]): string[] {
  const taken = charges.filter(({ captures }) => captures > 0);
  // The money of a confirmed one is about to be taken: whether it ever is, is another question.
  if (taken.length === 0 && status === 'COMPLETED') return [`order ${id} is COMPLETED, and nothing was paid`];
  return taken
    .filter((charge) => charge.takenMinor !== totalMinor || charge.currency !== currency)
    .map((charge) => `order ${id} costs ${totalMinor} ${currency}, ${charge.takenMinor} ${charge.currency} was taken`);
}

/** I7: each transfer, each currency and the whole add up to nothing; of each order that is over the books say what the provider's log says. */
export const ledgerBalances: Invariant = async ({ payment, provider, orders }) => {
  const [imbalances, accounts] = await Promise.all([payment.imbalances(), payment.accounts()]);
  // Money of another currency is other money.
  const taken = Map.groupBy([...provider.charges.values()].flat(), placeOf);
  const booked = new Map(accounts.map((account) => [placeOf(account), account]));
  const places = new Set([...booked.keys(), ...taken.keys()]);
  return {
    checked: places.size,
    violations: [
      ...imbalances.map(({ what, surplus, currency }) => `${what} is out of balance by ${surplus} ${currency}`),
      ...accounts
        .filter(({ takenMinor, refundedMinor }) => refundedMinor > takenMinor)
        .map(({ orderId }) => `more was given back than taken for order ${orderId}`),
      ...[...places].flatMap((place) => disagreement(booked.get(place), taken.get(place) ?? [], orders)),
    ],
  };
};

const placeOf = ({ orderId, currency }: { orderId: string; currency: string }): string => `${orderId} ${currency}`;

function disagreement(
  account: Account | undefined,
  charges: readonly Charge[],
  orders: ReadonlyMap<string, CheckedOrder>,
): string[] {
  const { orderId, currency } = (account ?? charges[0]) as { orderId: string; currency: string };
  const sum = (part: 'takenMinor' | 'refundedMinor') => charges.reduce((total, charge) => total + charge[part], 0);
  const [taken, refunded] = [sum('takenMinor'), sum('refundedMinor')];
  const ours = account ?? { takenMinor: 0, refundedMinor: 0 };
  const agrees = ours.takenMinor === taken && ours.refundedMinor === refunded;
  if (agrees || !isOver(orders.get(orderId))) return [];
  const books = `the books have ${ours.takenMinor} taken and ${ours.refundedMinor} given back`;
  return [`order ${orderId}, ${currency}: ${books}, the provider ${taken} and ${refunded}`];
}

const ids = (charges: readonly Charge[]): string => charges.map(({ id }) => id).join(', ');

import type { Money } from '@towpath/api';
import { add, isMore, subtract } from '@towpath/money';

import { NotRefundable } from './order.errors.ts';
import { type OrderState, react, type Reaction } from './order.machine.ts';

type Paid = OrderState & { readonly total: Money };

/**
 * What it makes of an order that so much more of it shall be given back: all that is left unless said.
 * @throws NotRefundable
 */
export function askRefund<O extends Paid>(order: O, amountMinor?: number): { reaction: Reaction<O>; amount: Money } {
  const reaction = react(order, 'refund');
  if (!reaction) throw new NotRefundable(`The order is ${order.status}: what was not paid cannot be given back.`);

  const { currency } = order.total;
  // Payment may know of more than was asked for here: what a person gave back at the provider is gone too.
  const gone = { amountMinor: Math.max(order.refundGoalMinor, order.refundedMinor), currency };
  const left = subtract(order.total, gone);
  const amount = { amountMinor: amountMinor ?? left.amountMinor, currency };
  if (left.amountMinor <= 0) throw new NotRefundable('All that was paid is given back already.');
  if (isMore(amount, left)) throw new NotRefundable(`Only ${left.amountMinor} ${currency} (minor units) are left.`);

  const refundGoalMinor = add(gone, amount).amountMinor;
  return { reaction: { ...reaction, order: { ...reaction.order, refundGoalMinor } }, amount };
}

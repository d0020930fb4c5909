import { maxPriceMinor, type Money } from '@towpath/api';

import { NotPayable, UnknownProduct } from './order.errors.ts';
import type { OrderLine } from './order.ts';

/**
 * The lines with the prices that hold now, and what they come to.
 * @throws UnknownProduct naming each line that has no price, NotPayable
 */
export function price(
  lines: readonly Omit<OrderLine, 'unitPriceMinor'>[],
  prices: ReadonlyMap<string, Money>,
): { lines: OrderLine[]; total: Money } {
  const found = lines.map(({ productId }) => prices.get(productId));
  const unknown = found.flatMap((each, index) => (each ? [] : [index]));
  if (unknown.length > 0) throw new UnknownProduct(unknown);

  const known = found as Money[];
  const priced = lines.map((line, index) => ({ ...line, unitPriceMinor: known[index]!.amountMinor }));
  return { lines: priced, total: { amountMinor: sum(priced), currency: onlyCurrencyOf(known) } };
}

function onlyCurrencyOf(prices: readonly Money[]): Money['currency'] {
  const [currency, ...others] = new Set(prices.map((each) => each.currency));
  if (!currency || others.length > 0)
    throw new NotPayable('The products are priced in different currencies: order them one by one.');
  return currency;
}

function sum(lines: readonly OrderLine[]): number {
  const total = lines.reduce((all, { quantity, unitPriceMinor }) => all + quantity * unitPriceMinor, 0);
  if (total > maxPriceMinor)
    throw new NotPayable(`The total of ${total} is more than one charge can take (${maxPriceMinor}).`);
  if (total === 0) throw new NotPayable('There is nothing to pay.');
  return total;
}

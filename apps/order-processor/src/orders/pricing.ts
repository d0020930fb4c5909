import { maxPriceMinor, type Money } from '@towpath/api';
import { sum, times } from '@towpath/money';

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
  const currency = onlyCurrencyOf(known);
  const total = sum(
    known.map((each, index) => times(each, lines[index]!.quantity)),
    currency,
  );
  assertPayable(total);
  return { lines: lines.map((line, index) => ({ ...line, unitPriceMinor: known[index]!.amountMinor })), total };
}

function onlyCurrencyOf(prices: readonly Money[]): Money['currency'] {
  const [currency, ...others] = new Set(prices.map((each) => each.currency));
  if (!currency || others.length > 0)
    throw new NotPayable('The products are priced in different currencies: order them one by one.');
  return currency;
}

function assertPayable({ amountMinor }: Money): void {
  if (amountMinor > maxPriceMinor)
    throw new NotPayable(`The total of ${amountMinor} is more than one charge can take (${maxPriceMinor}).`);
  if (amountMinor === 0) throw new NotPayable('There is nothing to pay.');
}

/** So many minor units of an ISO 4217 currency: 1999 EUR is € 19.99. Below zero: what is owed. */
export interface Money<Currency extends string = string> {
  readonly amountMinor: number;
  readonly currency: Currency;
}

/** A sum that makes no sense, or that a number cannot hold exactly: a bug of who asked for it, nothing a client did. */
export class MoneyError extends Error {}

/** @throws MoneyError when the currencies differ, or the result is no safe integer */
export function add<C extends string>(one: Money<C>, other: Money<C>): Money<C> {
  assertSameCurrency(one, other);
  // Before they are added: 0.5 and 0.5 come to a whole, and 1e-9 leaves no trace.
  assertExact(one.amountMinor);
  assertExact(other.amountMinor);
  return exact(one.amountMinor + other.amountMinor, one.currency);
}

/** @throws MoneyError as `add` */
export function subtract<C extends string>(from: Money<C>, taken: Money<C>): Money<C> {
  return add(from, negate(taken));
}

/** The same amount the other way. @throws MoneyError when it is no safe integer */
export function negate<C extends string>({ amountMinor, currency }: Money<C>): Money<C> {
  return exact(-amountMinor, currency);
}

/** What `count` pieces come to. @throws MoneyError when `count` or the result is no safe integer */
export function times<C extends string>({ amountMinor, currency }: Money<C>, count: number): Money<C> {
  assertExact(amountMinor);
  assertExact(count);
  return exact(amountMinor * count, currency);
}

/** All of them together; nothing in the currency where there are none. @throws MoneyError as `add` */
export function sum<C extends string>(amounts: readonly Money<C>[], currency: C): Money<C> {
  return amounts.reduce(add, { amountMinor: 0, currency });
}

/** @throws MoneyError when the currencies differ, or an amount is no safe integer */
export function isMore(one: Money, than: Money): boolean {
  return subtract(one, than).amountMinor > 0;
}

function assertSameCurrency(one: Money, other: Money): void {
  if (one.currency !== other.currency) throw new MoneyError(`${one.currency} and ${other.currency} do not add up.`);
}

function exact<C extends string>(amountMinor: number, currency: C): Money<C> {
  assertExact(amountMinor);
  // No -0: it equals 0, but a comparison of whole objects takes them for two.
  return { amountMinor: amountMinor + 0, currency };
}

function assertExact(value: number): void {
  if (!Number.isSafeInteger(value)) throw new MoneyError(`${value} is no whole number that can be counted with.`);
}

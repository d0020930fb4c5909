import type { Expected, InvariantName } from '../src/checker/check.ts';
import type { ToldOrder, ToldShop } from './told-shop.ts';

export interface Orders {
  readonly paid: ToldOrder;
  readonly declined: ToldOrder;
}

/** What is spoilt, and what the example must name. */
export interface Violation {
  readonly when: string;
  readonly invariant: InvariantName;
  readonly spoil: (shop: ToldShop, orders: Orders) => unknown;
  readonly seen: RegExp;
  readonly expected?: Expected;
  /** Takes constraints away, so that nobody else may have the databases. */
  readonly alone?: true;
}

import type { Random } from '../random.ts';
import type { Mix } from './load-options.ts';

/** What there is to buy. */
export interface Shelf {
  readonly plenty: readonly string[];
  readonly scarce: string;
}

/** All that a customer is going to do about one cart, decided before it begins. */
export interface CheckoutPlan {
  readonly checkout: string;
  readonly customer: number;
  readonly order: {
    readonly cartId: string;
    readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
    readonly paymentMethod: string;
  };
  /** One for each time that it is sent. */
  readonly keys: readonly string[];
  /** Whether all are sent at the same time, or each once the one before is answered. */
  readonly atOnce: boolean;
  readonly cancelAfterMs?: number;
  /** Parts of what was paid, in hundredths of it, given back one after another; the last may be `rest`. */
  readonly refunds: readonly (number | 'rest')[];
  /** Looks at the order, and somebody else does. */
  readonly isRead: boolean;
  /** Somebody tries something without proof of who it is. */
  readonly isIntruded: boolean;
}

const cards = ['pm_card_visa', 'pm_card_visa_debit', 'pm_card_mastercard', 'pm_card_amex'];
const declinedCards = [
  'pm_card_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_chargeDeclinedLostCard',
  'pm_card_chargeDeclinedExpiredCard',
];
const latestCancelMs = 1_500;

/** The same for the same random source: what happens in between does not change what was planned. */
export function planCheckout(random: Random, index: number, customers: number, shelf: Shelf, mix: Mix): CheckoutPlan {
  const own = random.fork(`checkout ${index}`);
  const isDeclined = own.chance(mix.declines);
  const products = own.shuffle(shelf.plenty).slice(0, own.integer(1, 3));
  const bought = own.chance(mix.scarce) ? [...products.slice(1), shelf.scarce] : products;
  return {
    checkout: `checkout-${index}`,
    customer: own.integer(0, customers - 1),
    order: {
      cartId: uuid(own),
      lines: bought.map((productId) => ({ productId, quantity: own.integer(1, 2) })),
      paymentMethod: own.pick(isDeclined ? declinedCards : cards),
    },
    keys: keysOf(own, mix),
    atOnce: own.chance(0.5),
    ...(own.chance(mix.cancels) && { cancelAfterMs: own.integer(0, latestCancelMs) }),
    refunds: own.chance(mix.refunds) ? own.pick([['rest'], [30], [25, 50], [40, 'rest']] as const) : [],
    isRead: own.chance(mix.reads),
    isIntruded: own.chance(mix.intrusions),
  };
}

/** One key, the same one some times, or another for the same cart. */
function keysOf(random: Random, mix: Mix): string[] {
  const key = uuid(random);
  const lot = random.next();
  if (lot < mix.sameKeyDoubles) return Array.from({ length: random.integer(2, 5) }, () => key);
  return lot < mix.sameKeyDoubles + mix.otherKeyDoubles ? [key, uuid(random)] : [key];
}

/** A version 4 UUID of these random numbers. */
export function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.integer(0, 15).toString(16));
  hex[12] = '4';
  hex[16] = '89ab'[random.integer(0, 3)];
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

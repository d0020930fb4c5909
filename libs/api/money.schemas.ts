import { z } from 'zod';

/** Currencies (ISO 4217) in which the shop sells. All have two decimals; one that has not needs a look at every place that shows money. */
export const currencies = ['CHF', 'CZK', 'DKK', 'EUR', 'GBP', 'NOK', 'PLN', 'SEK', 'USD'] as const;

/** Highest price of one product, in minor units: what the payment provider takes in one charge. */
export const maxPriceMinor = 99_999_999;

const currency = z.enum(currencies);

/** What something costs in all, in minor units: 1999 EUR is € 19.99. */
export const moneySchema = z
  .strictObject({ amountMinor: z.int().min(0).describe('in minor units: 1999 EUR is € 19.99'), currency })
  .meta({ id: 'Money', example: { amountMinor: 3998, currency: 'EUR' } });
export type Money = z.infer<typeof moneySchema>;

/** What one piece of a product costs. */
export const priceSchema = z
  .strictObject({ amountMinor: z.int().min(1).max(maxPriceMinor), currency })
  .meta({ id: 'Price', description: 'what one piece costs', example: { amountMinor: 1999, currency: 'EUR' } });

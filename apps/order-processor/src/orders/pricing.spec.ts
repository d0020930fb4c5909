import type { Money } from '@towpath/api';

import { NotPayable, UnknownProduct } from './order.errors.ts';
import { price } from './pricing.ts';

const prices = new Map<string, Money>([
  ['rope', { amountMinor: 1999, currency: 'EUR' }],
  ['hook', { amountMinor: 250, currency: 'EUR' }],
  ['boat', { amountMinor: 50_000_000, currency: 'EUR' }],
  ['flag', { amountMinor: 300, currency: 'CHF' }],
  ['air', { amountMinor: 0, currency: 'EUR' }],
]);
const line = (productId: string, quantity = 1) => ({ productId, quantity });

describe('price', () => {
  it('When all products have a price, then each line keeps its own and the total adds them up', () => {
    expect(price([line('rope', 2), line('hook', 3)], prices)).toEqual({
      lines: [
        { productId: 'rope', quantity: 2, unitPriceMinor: 1999 },
        { productId: 'hook', quantity: 3, unitPriceMinor: 250 },
      ],
      total: { amountMinor: 4748, currency: 'EUR' },
    });
  });

  it('When products have no price, then each of their lines is named', () => {
    const attempt = () => price([line('oar'), line('rope'), line('mast')], prices);

    expect(attempt).toThrow(UnknownProduct);
    expect(attempt).toThrow(
      expect.objectContaining({
        errors: [
          { pointer: '/lines/0/productId', detail: 'is not sold here' },
          { pointer: '/lines/2/productId', detail: 'is not sold here' },
        ],
      }),
    );
  });

  it.each([
    ['two currencies', [line('rope'), line('flag')]],
    ['more than one charge takes', [line('boat', 2)]],
    ['nothing to pay', [line('air')]],
  ])('When there are %s, then it is not payable', (_, lines) => {
    expect(() => price(lines, prices)).toThrow(NotPayable);
  });
});

import { PaymentCaptured } from '@towpath/messages';

import { givenShop, paid } from './given-shop.ts';

describe('orders for reconciliation', () => {
  const shop = givenShop();

  const path = '/internal/orders-for-reconciliation';
  const read = async (query: string) => (await shop.service.http.get(`${path}${query}`)).body;

  it('When payment asks for all orders, then each tells of its money and nothing of its customer, page by page', async () => {
    const settled = await shop.settledOrder();
    await shop.refund(settled.id, { amountMinor: 100 }, await shop.customer(['admin']));
    await shop.service.receives(PaymentCaptured, { ...paid(settled.id), refundedMinor: 100 });
    const placed = await shop.order('PLACED');
    const last = await shop.order('PLACED');

    const first = await read('?limit=2');
    const second = await read(`?limit=2&after=${first.items[1].orderId}`);

    const { createdAt, updatedAt } = (await shop.read(settled.id, settled.customer)).body;
    const total = { amountMinor: 3998, currency: 'EUR' };
    expect(first.items[0]).toEqual({
      orderId: settled.id,
      status: 'COMPLETED',
      total,
      refundGoalMinor: 100,
      refundedMinor: 100,
      settled: true,
      createdAt,
      updatedAt,
    });
    expect(first.items[1]).toMatchObject({ orderId: placed.id, status: 'PLACED', total, settled: false });
    expect(second.items).toMatchObject([{ orderId: last.id }]);
    expect(await read(`?after=${last.id}`)).toEqual({ items: [] });
  });

  it.each(['?after=x', '?limit=0', '?limit=1001', '?limit=1e9', '?limit=', '?unknown=1'])(
    'When the query is %s, then it is refused',
    async (query) => {
      expect(await shop.service.http.get(`${path}${query}`)).toMatchObject({ status: 400 });
    },
  );
});

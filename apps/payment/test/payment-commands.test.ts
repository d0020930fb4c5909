import { AuthorizePayment, CapturePayment, paymentCommands } from '@towpath/messages';
import { newId, sql } from '@towpath/database';

import { givenPayments } from './given-payments.ts';

const nothing = { refundedMinor: 0, needsReview: false };

describe('payment commands', () => {
  const payments = givenPayments();

  it('When an order is authorized and captured, then the money is held, then taken, and each change is reported once', async () => {
    const order = payments.anOrder();

    expect(await order.authorize()).toMatchObject({ acked: true });
    await order.becomes('AUTHORIZED');
    expect(await order.capture()).toMatchObject({ acked: true });
    await order.becomes('CAPTURED');

    expect(await order.row()).toMatchObject({ amount_minor: 1_999, currency: 'EUR', goal: 'capture', version: 4 });
    expect(await order.deeds()).toEqual(['authorized', 'captured']);
    expect(await order.steps()).toEqual(['authorize DONE', 'capture DONE']);
    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
    expect(await order.reports()).toEqual([
      { type: 'payment.requested.v1', snapshot: false, data: nothing },
      { type: 'payment.authorized.v1', snapshot: false, data: nothing },
      { type: 'payment.captured.v1', snapshot: false, data: nothing },
    ]);
  });
});

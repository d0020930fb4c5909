import { givenPayments } from './given-payments.ts';

describe('refunding a payment', () => {
  const payments = givenPayments();

  it('When totals grow, then each refund gives back the difference, and the last one ends the payment', async () => {
    const order = await payments.captured();

    for (const total of [500, 1_200, 1_999]) {
      await order.refund(total);
      await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: total });
    }

    expect(await order.row()).toMatchObject({ state: 'REFUNDED', goal: 'capture' });
    expect((await order.operations()).slice(2)).toMatchObject([
      { kind: 'refund', amount_minor: 500 },
      { kind: 'refund', amount_minor: 700 },
      { kind: 'refund', amount_minor: 799 },
    ]);
    expect((await order.reports()).slice(3)).toMatchObject([
      { type: 'payment.captured.v1', data: { refundedMinor: 500 } },
      { type: 'payment.captured.v1', data: { refundedMinor: 1_200 } },
      { type: 'payment.refunded.v1', data: { refundedMinor: 1_999 } },
    ]);
    expect(await order.balances()).toEqual({ provider: 0, refunds: 1_999, sales: -1_999 });
  });

  it('When a total is repeated or was passed, then nothing more is given back', async () => {
    const order = await payments.captured();
    await order.refund(900);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 900 });

    await order.refund(900);
    await order.refund(300, { snapshot: true });

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
    expect((await order.reports()).at(-1)).toMatchObject({ snapshot: true, data: { refundedMinor: 900 } });
  });

  it('When a larger total comes during a refund, then the rest follows once its outcome is known', async () => {
    const order = await payments.captured();
    await order.fault({ operation: 'refund', kind: 'delay', ms: 300 });
    await order.refund(400);
    await order.claimed();

    await order.refund(1_000);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 1_000 });

    expect((await order.operations()).slice(2)).toMatchObject([{ amount_minor: 400 }, { amount_minor: 600 }]);
  });

  it('When the answer to a refund is lost or the provider fails after it, then it is given back once', async () => {
    const order = await payments.captured();
    await order.fault({ operation: 'refund', kind: 'drop_answer' });
    await order.refund(400);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 400 });
    await order.fault({ operation: 'refund', kind: 'fail_after_charging' });
    await order.refund(800);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 800 });

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded', 'refunded']);
    expect(await order.balances()).toEqual({ provider: 1_199, refunds: 800, sales: -1_999 });
  });
});

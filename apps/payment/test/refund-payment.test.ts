import { givenPayments } from './given-payments.ts';

describe('refunding a payment', () => {
  const payments = givenPayments({ OPERATION_REVIEW_EVERY_MS: '100' });

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

  it('When a hundred totals are asked for at once, then the largest is given back, as ledger and provider have it', async () => {
    const order = await payments.captured();
    const totals = Array.from({ length: 100 }, (_, index) => 19 * (index + 1));

    await Promise.all(totals.map((total) => order.refund(total)));
    await order.refund(1_900, { snapshot: true });
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 1_900, state: 'CAPTURED' });

    expect(await payments.provider.refundedMinor(order.orderId)).toBe(1_900);
    expect(await order.balances()).toEqual({ provider: 99, refunds: 1_900, sales: -1_999 });
    const steps = await order.operations();
    expect(steps.filter(({ kind }) => kind === 'refund').reduce((sum, each) => sum + each['amount_minor'], 0)).toBe(
      1_900,
    );
  });

  it('When more is asked for than was taken, or in another currency, then nothing is given back and it is an anomaly', async () => {
    const order = await payments.captured();

    await order.refund(2_000);
    await order.refund(500, { currency: 'USD' });

    expect(await order.row()).toMatchObject({ refund_goal_minor: 0, refunded_minor: 0 });
    expect(await order.deeds()).toEqual(['authorized', 'captured']);
    expect(await order.anomalies()).toMatchObject([{ kind: 'illegal' }, { kind: 'illegal' }]);
  });

  it('When a refund is refused, then it is looked up, left to a person, and adopted once they have made it', async () => {
    const order = await payments.captured();
    await order.refund(300);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 300 });
    await order.fault({ operation: 'refund', kind: 'refuse' });

    await order.refund(1_000);
    await payments.eventually(() => order.steps()).toContain('refund NEEDS_REVIEW');
    expect(await order.row()).toMatchObject({ state: 'CAPTURED', refunded_minor: 300 });
    expect(await order.balances()).toEqual({ provider: 1_699, refunds: 300, sales: -1_999 });
    const charge = { payment_intent: (await order.row())?.['provider_reference'], amount: '700' };
    await payments.provider.byHand('/v1/refunds', { ...charge, 'metadata[order_id]': order.orderId });
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 1_000 });

    expect(await payments.provider.refundedMinor(order.orderId)).toBe(1_000);
    expect(await order.balances()).toEqual({ provider: 999, refunds: 1_000, sales: -1_999 });
  });
});

import { OperationRepository } from '../src/payments/operation.repository.ts';
import { givenPayments } from './given-payments.ts';

describe('cancelling a payment', () => {
  const payments = givenPayments({ OPERATION_REVIEW_EVERY_MS: '100' });

  it('When nothing was ever asked, then a late request finds it closed and the provider hears of neither', async () => {
    const order = payments.anOrder();

    await order.cancel();
    await order.authorize();
    await order.capture();

    expect(await order.row()).toMatchObject({ state: 'VOIDED', goal: 'cancel' });
    expect(await order.said()).toEqual(['voided']);
    expect(await order.operations()).toEqual([]);
    expect(await order.deeds()).toEqual([]);
  });

  it('When the request is under way, then its outcome is awaited and then undone', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'delay', ms: 400 });
    await order.authorize();
    await order.claimed();

    await order.cancel();
    expect(await order.steps()).toEqual(['authorize SENT']);
    await order.becomes('VOIDED');

    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
    expect(await order.said()).toEqual(['requested', 'authorized', 'voided']);
  });

  it('When the money is held, then it is let go', async () => {
    const order = await payments.authorized();

    await order.cancel();
    await order.becomes('VOIDED');

    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
    expect(await order.balances()).toEqual({});
  });

  it('When the capture is under way, then the money is taken, booked and given back', async () => {
    const order = await payments.authorized();
    await order.fault({ operation: 'capture', kind: 'delay', ms: 400 });
    await order.capture();
    await order.claimed();

    await order.cancel();
    expect(await order.steps()).toEqual(['authorize DONE', 'capture SENT']);
    await order.becomes('REFUNDED');

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
    expect(await order.said()).toEqual(['requested', 'authorized', 'captured', 'refunded']);
    expect(await order.balances()).toEqual({ provider: 0, refunds: 1_999, sales: -1_999 });
  });

  it('When the money was taken, then it is given back', async () => {
    const order = await payments.captured();

    await order.cancel();
    await order.becomes('REFUNDED');
    await order.cancel();

    expect(await order.row()).toMatchObject({ refunded_minor: 1_999 });
    expect((await order.reports()).at(-1)).toMatchObject({
      type: 'payment.refunded.v1',
      data: { refundedMinor: 1_999 },
    });
    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
  });

  it('When part of it was given back before, then the rest is', async () => {
    const order = await payments.captured();
    await order.refund(500);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 500, state: 'CAPTURED' });

    await order.cancel();
    await order.becomes('REFUNDED');

    expect(await order.operations()).toMatchObject([
      { kind: 'authorize' },
      { kind: 'capture' },
      { kind: 'refund', amount_minor: 500, idem_key: `${order.orderId}-refund-500` },
      { kind: 'refund', amount_minor: 1_499, idem_key: `${order.orderId}-refund-1999` },
    ]);
  });

  it('When the money was let go by hand before, then the refusal is looked into and nothing is left to do', async () => {
    const order = await payments.authorized();
    await payments.provider.byHand(`/v1/payment_intents/${(await order.row())?.provider_reference}/cancel`);

    await order.cancel();
    await order.becomes('VOIDED');

    expect(await order.operations()).toMatchObject([
      { kind: 'authorize' },
      { kind: 'void', approach: 'adopt', state: 'DONE' },
    ]);
  });

  it('When the money was taken by hand before, then that is adopted, booked and given back', async () => {
    const order = await payments.authorized();
    await payments.provider.byHand(`/v1/payment_intents/${(await order.row())?.provider_reference}/capture`);

    await order.cancel();
    await order.becomes('REFUNDED');

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
    expect(await order.balances()).toEqual({ provider: 0, refunds: 1_999, sales: -1_999 });
  });

  it('When the money was given back by hand before, then that is adopted and booked', async () => {
    const order = await payments.captured();
    const charge = { payment_intent: (await order.row())?.provider_reference, 'metadata[order_id]': order.orderId };
    await payments.provider.byHand('/v1/refunds', charge);

    await order.cancel();
    await order.becomes('REFUNDED');

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
    expect(await order.balances()).toEqual({ provider: 0, refunds: 1_999, sales: -1_999 });
  });

  it('When a refund is refused and nothing explains it, then a person must look, and what they do is adopted', async () => {
    const order = await payments.captured();
    await order.fault({ operation: 'refund', kind: 'refuse' });

    await order.cancel();
    await payments.eventually(() => order.steps()).toContain('refund NEEDS_REVIEW');
    expect((await order.reports()).at(-1)).toMatchObject({ type: 'payment.captured.v1', data: { needsReview: true } });
    const charge = { payment_intent: (await order.row())?.provider_reference, 'metadata[order_id]': order.orderId };
    await payments.provider.byHand('/v1/refunds', charge);
    await order.becomes('REFUNDED');

    expect((await order.reports()).at(-1)).toMatchObject({ type: 'payment.refunded.v1', data: { needsReview: false } });
    expect(await order.balances()).toEqual({ provider: 0, refunds: 1_999, sales: -1_999 });
  });

  it('When a void is refused and the money still is held, then a person must look', async () => {
    const order = await payments.authorized();
    await order.fault({ operation: 'cancel', kind: 'refuse' });

    await order.cancel();
    await payments.eventually(() => order.steps()).toEqual(['authorize DONE', 'void NEEDS_REVIEW']);

    expect((await order.reports()).at(-1)).toMatchObject({
      type: 'payment.authorized.v1',
      data: { needsReview: true },
    });
  });

  it('When the request was never claimed, then it is dropped and the provider never hears of it', async () => {
    const order = payments.anOrder();

    await payments.whileNobodyClaims(async () => {
      await order.authorize();
      await order.cancel();
    });

    expect(await order.row()).toMatchObject({ state: 'VOIDED' });
    expect(await order.steps()).toEqual(['authorize DROPPED']);
    expect(await order.said()).toEqual(['requested', 'voided']);
    expect(await order.deeds()).toEqual([]);
  });

  it('When the capture was never claimed, then it is dropped and the money is let go', async () => {
    const order = await payments.authorized();

    await payments.whileNobodyClaims(async () => {
      await order.capture();
      await order.cancel();
    });
    await order.becomes('VOIDED');

    expect(await order.steps()).toEqual(['authorize DONE', 'capture DROPPED', 'void DONE']);
    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
  });

  it('When the request is claimed just as it is dropped, then the claim wins and its outcome is awaited', async () => {
    const order = payments.anOrder();
    const drop = jest.spyOn(payments.service.get(OperationRepository), 'drop').mockResolvedValueOnce(false);

    await payments.whileNobodyClaims(async () => {
      await order.authorize();
      await order.cancel();
    });
    await order.becomes('VOIDED');

    expect(drop).toHaveBeenCalledTimes(1);
    drop.mockRestore();
    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
  });
});

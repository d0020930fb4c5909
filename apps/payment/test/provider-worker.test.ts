import { sql } from '@towpath/database';
import { Metrics } from '@towpath/metrics';

import { OperationRepository } from '../src/payments/operation.repository.ts';
import type { Operation } from '../src/payments/operation.ts';
import { PaymentProvider } from '../src/payments/payment-provider.ts';
import { SettleOperation } from '../src/payments/settle-operation.use-case.ts';
import { givenPayments } from './given-payments.ts';

describe('provider worker', () => {
  const payments = givenPayments({ OPERATION_REVIEW_EVERY_MS: '100' });
  const { service } = payments;

  it('When the answer is lost, then the same key asks again and the card is charged once', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'drop_answer', times: 3 });
    await order.fault({ operation: 'capture', kind: 'drop_answer' });

    await order.authorize();
    await order.becomes('AUTHORIZED');
    await order.capture();
    await order.becomes('CAPTURED');

    expect(await order.deeds()).toEqual(['authorized', 'captured']);
    expect(await order.operations()).toMatchObject([
      { idem_key: `${order.orderId}-authorize`, attempts: 2 },
      { idem_key: `${order.orderId}-capture`, attempts: 2 },
    ]);
  });

  it('When the provider fails after charging and says so for ever, then the charge is found and adopted', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'fail_after_charging' });
    await order.fault({ operation: 'capture', kind: 'fail_after_charging' });

    await order.authorize();
    await order.becomes('AUTHORIZED');
    await order.capture();
    await order.becomes('CAPTURED');

    expect(await order.deeds()).toEqual(['authorized', 'captured']);
    expect(await order.operations()).toMatchObject([{ approach: 'find' }, { approach: 'find' }]);
    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
  });

  it('When a lease runs out during a call, then two are at work on it and the card is charged once', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'delay', ms: 600 });

    await order.authorize();
    await order.claimed();
    await order.later();
    await order.becomes('AUTHORIZED');

    expect((await order.operations())[0]?.attempts).toBeGreaterThan(1);
    expect(await order.deeds()).toEqual(['authorized']);
    expect(await order.said()).toEqual(['requested', 'authorized']);
  });

  it('When two workers bring the same outcome, then it is booked and told once', async () => {
    const order = await payments.authorized();
    const claimed = await claimedBySomeoneElse(order.orderId, () => order.capture());
    const outcome = { is: 'captured' } as const;

    await Promise.all([1, 2].map(() => service.get(SettleOperation).execute(claimed, outcome)));

    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
    expect(await order.said()).toEqual(['requested', 'authorized', 'captured']);
  });

  it('When a worker dies between the answer and its commit, then another takes over and the card is charged once', async () => {
    const order = payments.anOrder();
    const claimed = await claimedBySomeoneElse(order.orderId, () => order.authorize());
    await payments.provider.byHand('/v1/payment_intents', chargeOf(claimed), claimed.idemKey);

    await order.later();
    await order.becomes('AUTHORIZED');

    expect(await order.deeds()).toEqual(['authorized']);
  });

  it('When one call is slow, then the payments of others go on', async () => {
    const slow = payments.anOrder();
    await slow.fault({ operation: 'create', kind: 'delay', ms: 60_000 });
    await slow.authorize();
    await slow.claimed();

    const others = await Promise.all(Array.from({ length: 20 }, () => payments.captured()));

    expect(others).toHaveLength(20);
    expect(await slow.row()).toMatchObject({ state: 'REQUESTED' });
  });

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline', ['declined']],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds', ['declined']],
    ['pm_card_authenticationRequired', 'authentication_required', ['declined']],
    ['pm_of_nobody', 'resource_missing', []],
  ])('When the payment method is %s, then the payment is declined as %s', async (paymentMethod, reason, deeds) => {
    const order = payments.anOrder();

    await order.authorize({ paymentMethod });
    await order.becomes('DECLINED');
    await order.capture();
    await order.cancel();

    expect((await order.reports()).at(-1)).toEqual({
      type: 'payment.declined.v1',
      snapshot: false,
      data: { refundedMinor: 0, needsReview: false, reason },
    });
    expect(await order.deeds()).toEqual(deeds);
    expect(await order.steps()).toEqual(['authorize DONE']);
  });

  it('When the capture is refused, then the money is let go', async () => {
    const order = await payments.authorized();
    await order.fault({ operation: 'capture', kind: 'refuse' });

    await order.capture();
    await order.becomes('VOIDED');

    expect(await order.row()).toMatchObject({ goal: 'cancel' });
    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
    expect(await order.steps()).toEqual(['authorize DONE', 'capture DONE', 'void DONE']);
    expect(await order.said()).toEqual(['requested', 'authorized', 'voided']);
    expect(await order.balances()).toEqual({});
  });

  it.each([
    ['taken', 'capture', 'CAPTURED', { provider: 1_999, sales: -1_999 }],
    ['let go', 'cancel', 'VOIDED', {}],
  ])(
    'When the money was %s by hand, then the refused capture is looked into and that is adopted',
    async (_, deed, state, balances) => {
      const order = await payments.authorized();
      await payments.provider.byHand(`/v1/payment_intents/${(await order.row())?.provider_reference}/${deed}`);

      await order.capture();
      await order.becomes(state);

      expect(await order.steps()).toEqual(['authorize DONE', 'capture DONE']);
      expect(await order.balances()).toEqual(balances);
    },
  );

  it('When the outcome is unknown for 20 hours, then it is looked up, left to a person, and adopted once it is there', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'delay', ms: 1_000 });

    await order.authorize();
    await order.claimed();
    await order.later(21);
    await payments.eventually(() => order.steps()).toEqual(['authorize NEEDS_REVIEW']);
    expect(await order.operations()).toMatchObject([{ approach: 'find' }]);
    await order.becomes('AUTHORIZED');

    expect(await order.deeds()).toEqual(['authorized']);
    expect(await order.reports()).toMatchObject([
      { type: 'payment.requested.v1', data: { needsReview: false } },
      { type: 'payment.requested.v1', data: { needsReview: true } },
      { type: 'payment.authorized.v1', data: { needsReview: false } },
    ]);
  });

  it('When another amount is held than was asked for, then nothing is booked, a person must look, and once it is let go the order ends', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'wrong_amount' });

    await order.authorize();
    await payments.eventually(() => order.steps()).toEqual(['authorize NEEDS_REVIEW']);
    await order.cancel();
    expect(await order.row()).toMatchObject({ state: 'REQUESTED', provider_reference: null });
    expect((await order.reports()).at(-1)).toMatchObject({ data: { needsReview: true } });
    const { data } = await payments.provider.read(`/v1/payment_intents?limit=1`);
    await payments.provider.byHand(`/v1/payment_intents/${data[0].id}/cancel`);
    await order.becomes('VOIDED');

    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
    expect(await order.balances()).toEqual({});
  });

  it('When a capture is refused and another amount is held than is in our books, then it is let go', async () => {
    const order = await payments.authorized();
    await service.database.rows(sql`UPDATE payment SET amount_minor = 1500 WHERE order_id = ${order.orderId}`);
    await order.fault({ operation: 'capture', kind: 'refuse' });

    await order.capture();
    await order.becomes('VOIDED');

    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
    expect(await order.balances()).toEqual({});
  });

  it('When another amount was taken than is in our books, then it is neither booked nor voided, and adopted once all is given back', async () => {
    const order = await payments.authorized();
    const reference = (await order.row())?.['provider_reference'];
    await service.database.rows(sql`UPDATE payment SET amount_minor = 1500 WHERE order_id = ${order.orderId}`);

    await order.capture();
    await payments.eventually(() => order.steps()).toEqual(['authorize DONE', 'capture NEEDS_REVIEW']);
    expect(await order.balances()).toEqual({});
    await payments.provider.byHand('/v1/refunds', { payment_intent: reference, 'metadata[order_id]': order.orderId });
    await order.becomes('VOIDED');

    expect(await order.deeds()).toEqual(['authorized', 'captured', 'refunded']);
    expect(await order.balances()).toEqual({});
  });

  it('When a payment needs review, then commands wait and snapshots are told so', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'delay', ms: 1_500 });
    await order.authorize();
    await order.claimed();
    await order.later(21);
    await payments.eventually(() => order.steps()).toEqual(['authorize NEEDS_REVIEW']);

    await order.cancel({ snapshot: true });

    expect((await order.reports()).at(-1)).toMatchObject({
      type: 'payment.requested.v1',
      snapshot: true,
      data: { needsReview: true },
    });
    await order.becomes('VOIDED');
    expect(await order.deeds()).toEqual(['authorized', 'canceled']);
  });

  it('When a command belongs to a trace, then the reports of its outcome do too', async () => {
    const order = payments.anOrder();
    const { envelope } = await order.authorize({ snapshot: true });
    await order.becomes('AUTHORIZED');
    const traceId = 'abcdefabcdefabcdefabcdefabcdefab';
    const traced = {
      ...envelope,
      id: 'traced',
      aggregateversion: 9,
      type: 'payment.capture.v1',
      data: { orderId: order.orderId },
    };

    await service.messages.receiveRaw({ ...traced, traceparent: `00-${traceId}-abcdefabcdefabcd-01` });
    await order.becomes('CAPTURED');

    const { traceparent } = await service.database.one<{ traceparent: string }>(sql`
      SELECT headers ->> 'traceparent' AS traceparent FROM outbox
       WHERE aggregateid = ${order.orderId} AND type = 'payment.captured.v1'`);
    expect(traceparent.split('-')[1]).toBe(traceId);
  });

  /** Asks for an operation that a worker other than this process' one has claimed, and died over. */
  async function claimedBySomeoneElse(orderId: string, ask: () => Promise<unknown>): Promise<Operation> {
    const operations = service.get(OperationRepository);
    return payments.whileNobodyClaims(async () => {
      await ask();
      return (await OperationRepository.prototype.claim.call(operations, 100)).find(
        (operation) => operation.orderId === orderId,
      ) as Operation;
    });
  }

  const chargeOf = ({ orderId, amountMinor, currency, paymentMethod }: Operation) => ({
    amount: String(amountMinor),
    currency: currency.toLowerCase(),
    payment_method: paymentMethod,
    'automatic_payment_methods[enabled]': 'true',
    'automatic_payment_methods[allow_redirects]': 'never',
    error_on_requires_action: 'true',
    capture_method: 'manual',
    confirm: 'true',
    'metadata[order_id]': orderId,
  });

  it('When an operation is asked of the provider, then that is told for as long as it takes', async () => {
    const calls = async () => (await service.get(Metrics).gauge('provider_calls_in_flight', '').get()).values[0]?.value;
    const provider = service.get(PaymentProvider);
    const send = provider.send.bind(provider);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    jest.spyOn(provider, 'send').mockImplementationOnce((operation) => released.then(() => send(operation)));
    const order = payments.anOrder();

    await order.authorize();

    await payments.eventually(calls).toBe(1);
    release();
    await order.becomes('AUTHORIZED');
    await payments.eventually(calls).toBe(0);
  });
});

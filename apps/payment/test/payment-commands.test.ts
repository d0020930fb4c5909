import { newId, sql } from '@towpath/database';
import { AuthorizePayment, CancelPayment, paymentCommands } from '@towpath/messages';
import { DeadLetters } from '@towpath/messaging';

import { givenPayments } from './given-payments.ts';

const nothing = { refundedMinor: 0, needsReview: false };

describe('payment commands', () => {
  const payments = givenPayments();
  const { service } = payments;
  const deadLetters = (orderId: string) =>
    service.database.rows(sql`
      SELECT reason, attempts FROM dead_letter
       WHERE envelope ->> 'subject' = ${orderId} AND resolved_at IS NULL`);

  it('When an order is authorized and captured, then the money is held, then taken, and each change is told once', async () => {
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

  it('When a command comes twice, then it has its effect once', async () => {
    const order = payments.anOrder();
    const { envelope } = await order.authorize();
    await order.becomes('AUTHORIZED');

    expect(await service.messages.receiveRaw(envelope)).toMatchObject({ acked: true });
    expect(await order.authorize()).toMatchObject({ acked: true });

    expect(await order.said()).toEqual(['requested', 'authorized']);
    expect(await order.deeds()).toEqual(['authorized']);
  });

  it('When an unchanged payment is asked by a snapshot, then it answers with a snapshot, and to others it is silent', async () => {
    const order = await payments.captured();
    const before = await order.row();

    await order.capture();
    await order.capture({ snapshot: true });
    await order.authorize({ snapshot: true });

    expect((await order.reports()).slice(3)).toEqual([
      { type: 'payment.captured.v1', snapshot: true, data: nothing },
      { type: 'payment.captured.v1', snapshot: true, data: nothing },
    ]);
    expect(await order.row()).toEqual(before);
  });

  it('When a snapshot changes the payment, then it is answered once', async () => {
    const order = payments.anOrder();

    await order.authorize({ snapshot: true });
    await order.becomes('AUTHORIZED');

    expect(await order.reports()).toEqual([
      { type: 'payment.requested.v1', snapshot: true, data: nothing },
      { type: 'payment.authorized.v1', snapshot: false, data: nothing },
    ]);
  });

  it('When later commands overtake earlier ones, then the highest goal wins and no gap is waited for', async () => {
    const order = payments.anOrder();
    const data = { orderId: order.orderId };

    await service.receives(CancelPayment, data, { version: 3 });
    await order.authorize({ snapshot: true });

    expect(await order.row()).toMatchObject({ state: 'VOIDED', goal: 'cancel', amount_minor: null });
    expect(await order.said()).toEqual(['voided', 'voided']);
    expect(await order.operations()).toEqual([]);
  });

  it('When what is asked is illegal, then it is noted, changes nothing and is acknowledged', async () => {
    const never = payments.anOrder();
    const authorized = await payments.authorized();
    const captured = await payments.captured();

    expect(await never.capture()).toMatchObject({ acked: true });
    await never.refund(1);
    await authorized.refund(1);
    await authorized.authorize({ amountMinor: 2_000 });
    await captured.refund(2_000);
    await captured.refund(1, { currency: 'USD', snapshot: true });

    const illegal = (state: string, goal: string) => ({
      kind: 'illegal',
      detail: expect.objectContaining({ state, goal }),
    });
    expect(await never.anomalies()).toEqual([illegal('NONE', 'authorize'), illegal('NONE', 'authorize')]);
    expect(await authorized.anomalies()).toEqual([
      illegal('AUTHORIZED', 'authorize'),
      illegal('AUTHORIZED', 'authorize'),
    ]);
    expect(await captured.anomalies()).toEqual([illegal('CAPTURED', 'capture'), illegal('CAPTURED', 'capture')]);
    expect(await never.row()).toBeUndefined();
    expect(await authorized.row()).toMatchObject({ state: 'AUTHORIZED', amount_minor: 1_999, refund_goal_minor: 0 });
    expect(await captured.said()).toEqual(['requested', 'authorized', 'captured', 'captured']);
  });

  it('When a command cannot be read, then it is put aside and the next one is obeyed', async () => {
    const order = payments.anOrder();
    const { envelope } = await service.receives(AuthorizePayment, { orderId: order.orderId } as never);

    expect(await deadLetters(order.orderId)).toEqual([{ reason: 'invalid-data', attempts: expect.any(Number) }]);
    expect(envelope.aggregatetype).toBe(paymentCommands.name);
    await order.authorize();
    await order.becomes('AUTHORIZED');
  });

  it('When a command fails for good, then it is put aside, the order waits, and goes on once it is discarded', async () => {
    const order = payments.anOrder();

    expect(await order.authorize({ amountMinor: 0 })).toMatchObject({ acked: true });
    expect(await deadLetters(order.orderId)).toEqual([{ reason: 'handler-failed', attempts: 5 }]);
    expect(await order.cancel({ version: 2 })).toMatchObject({ acked: true });
    expect(await order.row()).toBeUndefined();

    const letter = (await service.get(DeadLetters).list()).find(({ aggregate_id }) => aggregate_id === order.orderId);
    await service.get(DeadLetters).discard(letter!.id, 'a person', 'nobody pays nothing');
    expect(await order.row()).toMatchObject({ state: 'VOIDED' });
  });

  it('When the payment is locked for long, then the command is not acknowledged, and obeyed when it comes again', async () => {
    const order = await payments.authorized();
    const id = newId();
    const command = { orderId: order.orderId };

    await service.database.transaction(async (tx) => {
      await tx.rows(sql`SELECT 1 FROM payment WHERE order_id = ${order.orderId} FOR UPDATE`);
      expect(await service.receives(CancelPayment, command, { id })).toMatchObject({ acked: false });
    });
    expect(await service.receives(CancelPayment, command, { id })).toMatchObject({ acked: true });

    await order.becomes('VOIDED');
  });
});

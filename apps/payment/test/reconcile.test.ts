import { newId, sql } from '@towpath/database';
import { Unavailable } from '@towpath/errors';

import { ReconciliationLock } from '../src/reconciliation/reconciliation-lock.repository.ts';
import { givenPayments, type OrderPayment } from './given-payments.ts';
import { ReconciliationUnderTest } from './given-reconciliation.ts';

describe('reconciliation', () => {
  const payments = givenPayments();
  const { service, provider, orders } = payments;
  const reconciliation = new ReconciliationUnderTest(payments);
  afterEach(() => orders.forgetAll());

  const charge = {
    amount: '1999',
    currency: 'eur',
    payment_method: 'pm_card_visa',
    'automatic_payment_methods[enabled]': 'true',
    error_on_requires_action: 'true',
    capture_method: 'manual',
    confirm: 'true',
  };
  const chargedByHand = (more: Record<string, string>) =>
    provider.byHand('/v1/payment_intents', { ...charge, ...more });
  const referenceOf = async (order: OrderPayment) => (await order.row())?.['provider_reference'] as string;
  const change = (order: OrderPayment, what: ReturnType<typeof sql>) =>
    service.database.rows(sql`UPDATE payment SET ${what} WHERE order_id = ${order.orderId}`);
  const withOrder = (order: OrderPayment, status: string, more: object = {}) => {
    orders.put(order.orderId, { status, ...more });
    return order.orderId;
  };

  const planted: Record<string, [kinds: string[], plant: () => Promise<string>]> = {
    'money was taken and there is no order': [
      ['captured-without-order'],
      async () => (await payments.captured()).orderId,
    ],
    'money was taken and we know of neither payment nor order': [
      ['captured-without-order'],
      async () => {
        const orderId = newId();
        const { id } = await chargedByHand({ 'metadata[order_id]': orderId });
        await provider.byHand(`/v1/payment_intents/${id}/capture`);
        return orderId;
      },
    ],
    'money is held for nobody': [['held-without-order'], async () => (await chargedByHand({})).id],
    'money is held and there is no order': [['held-without-order'], async () => (await payments.authorized()).orderId],
    'the money of a cancelled order was kept': [
      ['captured-for-cancelled-order'],
      async () => withOrder(await payments.captured(), 'CANCELLED'),
    ],
    'the money of a cancelled order is held': [
      ['held-authorization-of-cancelled-order'],
      async () => withOrder(await payments.authorized(), 'CANCELLED'),
    ],
    'money is held for an order that was cancelled before it was asked to pay': [
      ['held-authorization-of-cancelled-order'],
      async () => {
        const order = payments.anOrder();
        await order.cancel();
        await chargedByHand({ 'metadata[order_id]': order.orderId });
        return withOrder(order, 'CANCELLED');
      },
    ],
    'money was taken and the order does not end': [
      ['captured-for-unfinished-order'],
      async () => withOrder(await payments.captured(), 'CONFIRMED'),
    ],
    'an order is completed and nobody ever paid': [
      ['order-completed-without-capture'],
      () => Promise.resolve(withOrder(payments.anOrder(), 'COMPLETED')),
    ],
    'an order is completed and the money only held': [
      ['order-completed-without-capture'],
      async () => withOrder(await payments.authorized(), 'COMPLETED'),
    ],
    'there is a second charge': [
      ['double-charge'],
      async () => {
        const order = await payments.captured();
        await chargedByHand({ 'metadata[order_id]': order.orderId });
        return withOrder(order, 'COMPLETED');
      },
    ],
    'the provider does not know the charge': [
      ['charge-missing', 'double-charge'],
      async () => {
        const order = await payments.captured();
        await change(order, sql`provider_reference = 'pi_of_somebody_else'`);
        return withOrder(order, 'COMPLETED');
      },
    ],
    'somebody let the money go': [
      ['state-differs'],
      async () => {
        const order = await payments.authorized();
        await provider.byHand(`/v1/payment_intents/${await referenceOf(order)}/cancel`);
        return withOrder(order, 'CONFIRMED');
      },
    ],
    'the order costs something else': [
      ['amount-differs'],
      async () => withOrder(await payments.captured(), 'COMPLETED', { amountMinor: 2_000 }),
    ],
    'the order is in another currency': [
      ['amount-differs'],
      async () => withOrder(await payments.captured(), 'COMPLETED', { currency: 'USD' }),
    ],
    'the provider charged something else': [
      ['amount-differs', 'operation-needs-review'],
      async () => {
        const order = payments.anOrder();
        await order.fault({ operation: 'create', kind: 'wrong_amount' });
        await order.authorize();
        await payments.eventually(() => order.steps()).toEqual(['authorize NEEDS_REVIEW']);
        return withOrder(order, 'AUTHORIZING');
      },
    ],
    'a refund was asked for and never made': [
      ['refund-missing'],
      async () => withOrder(await payments.captured(), 'COMPLETED', { refundGoalMinor: 500 }),
    ],
    'a refund was made by hand': [
      ['refund-extra'],
      async () => {
        const order = await payments.captured();
        await provider.byHand('/v1/refunds', { payment_intent: await referenceOf(order), amount: '300' });
        return withOrder(order, 'COMPLETED');
      },
    ],
    'a refund was made that the order does not know': [
      ['refund-extra'],
      async () => {
        const order = await payments.captured();
        await order.refund(500);
        await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 500 });
        return withOrder(order, 'COMPLETED');
      },
    ],
    'a payment says of a refund what ledger and provider do not': [
      ['ledger-differs', 'refund-missing'],
      async () => {
        const order = await payments.captured();
        await change(order, sql`refunded_minor = 500, refund_goal_minor = 500`);
        return withOrder(order, 'COMPLETED', { refundGoalMinor: 500 });
      },
    ],
    'one side of a transfer is gone': [
      ['ledger-out-of-balance'],
      async () => {
        const order = await payments.captured();
        await service.database.transaction(async (tx) => {
          await tx.run(sql`SET LOCAL session_replication_role = replica`);
          await tx.run(sql`DELETE FROM ledger_entry AS entry USING psp_operation AS operation, payment
            WHERE operation.id = transfer_id AND payment.id = payment_id AND order_id = ${order.orderId}
              AND account = 'provider'`);
        });
        return withOrder(order, 'COMPLETED');
      },
    ],
    'a refund was refused and nothing explains it': [
      ['operation-needs-review'],
      async () => {
        const order = await payments.captured();
        await order.fault({ operation: 'refund', kind: 'refuse' });
        await order.refund(500);
        await payments.eventually(() => order.steps()).toContain('refund NEEDS_REVIEW');
        return withOrder(order, 'COMPLETED', { refundGoalMinor: 500 });
      },
    ],
  };

  it.each(Object.entries(planted))('When %s, then it is named', async (_, [kinds, plant]) => {
    const subject = await plant();

    const found = (await reconciliation.found()).filter((one) => one.subject === subject);

    expect(found.map(({ kind }) => kind).sort()).toEqual(kinds);
  });

  it('When something does not agree, then it is said with all ids and amounts, and is an anomaly once', async () => {
    const order = await payments.captured();
    withOrder(order, 'CANCELLED');

    const [mismatch] = (await reconciliation.found()).filter(({ subject }) => subject === order.orderId);
    await reconciliation.run();

    expect(mismatch).toEqual({
      kind: 'captured-for-cancelled-order',
      subject: order.orderId,
      detail: {
        provider: [
          {
            reference: await referenceOf(order),
            status: 'succeeded',
            amountMinor: 1_999,
            refundedMinor: 0,
            currency: 'EUR',
          },
        ],
        payment: expect.objectContaining({ state: 'CAPTURED', amountMinor: 1_999, currency: 'EUR', refundedMinor: 0 }),
        order: { status: 'CANCELLED', totalMinor: 1_999, currency: 'EUR', refundGoalMinor: 0, settled: true },
      },
    });
    expect(await reconciliation.anomalies(order.orderId)).toMatchObject([
      {
        kind: 'reconciliation:captured-for-cancelled-order',
        detail: { todo: expect.stringContaining('Give it back') },
      },
    ]);
  });

  it('When it was put right, then it is named no longer, and when it comes back it is an anomaly again', async () => {
    const order = await payments.captured();
    withOrder(order, 'CANCELLED');
    await reconciliation.run();

    withOrder(order, 'COMPLETED');
    expect(await reconciliation.kindsOf(order.orderId)).toEqual([]);
    withOrder(order, 'CANCELLED');

    expect(await reconciliation.kindsOf(order.orderId)).toEqual(['captured-for-cancelled-order']);
    expect(await reconciliation.anomalies(order.orderId)).toHaveLength(2);
  });

  it('When it is young or an operation is open, then it is under way and no mismatch', async () => {
    const young = await payments.captured();
    const open = await payments.authorized();
    await open.fault({ operation: 'capture', kind: 'delay', ms: 1_500 });
    await open.capture();
    await open.claimed();
    const stray = await chargedByHand({});

    const found = [...(await reconciliation.found({ graceMs: 60_000 })), ...(await reconciliation.found())];

    const subjects = found.map(({ subject }) => subject);
    expect(subjects).not.toContain(open.orderId);
    expect(subjects.filter((subject) => subject === young.orderId)).toHaveLength(1);
    expect(subjects.filter((subject) => subject === stray.id)).toHaveLength(1);
    await open.becomes('CAPTURED');
  });

  it('When an order is older than it looks back, then it is not asked for', async () => {
    const old = '00000000-0000-7000-8000-000000000001';
    orders.put(old, { status: 'COMPLETED' });

    expect(await reconciliation.kindsOf(old)).toEqual([]);
  });

  it('When a charge of nobody is older than it looks back, then it stays named until it is looked at again', async () => {
    const stray = await chargedByHand({});
    await reconciliation.run();
    const named = () =>
      service.database.rows(sql`SELECT kind FROM reconciliation_mismatch WHERE subject = ${stray.id}`);

    // As if it had been made a day before that.
    await reconciliation.run({ days: -1 });
    expect(await named()).toEqual([{ kind: 'held-without-order' }]);

    await provider.byHand(`/v1/payment_intents/${stray.id}/cancel`);
    await reconciliation.run();
    expect(await named()).toEqual([]);
  });

  it('When one side gives no report, then it fails and what was found before stays', async () => {
    const order = await payments.captured();
    await reconciliation.run();
    orders.away = true;
    await expect(reconciliation.run()).rejects.toThrow(Unavailable);
    orders.away = false;

    const kept = sql`SELECT kind FROM reconciliation_mismatch WHERE subject = ${order.orderId}`;
    expect(await service.database.rows(kept)).toEqual([{ kind: 'captured-without-order' }]);
    expect(await reconciliation.kindsOf(order.orderId)).toEqual(['captured-without-order']);
  });

  it('When another process is at it, then it is not begun, and goes on when that one has ended', async () => {
    const lock = service.get(ReconciliationLock);
    const release = Promise.withResolvers<void>();
    const first = lock.whileHeld(5_000, async () => {
      await release.promise;
      return 'first';
    });
    await payments.eventually(() => lock.whileHeld(0, () => Promise.resolve('second'))).toBeUndefined();
    const third = lock.whileHeld(5_000, () => Promise.resolve('third'));
    release.resolve();

    expect(await Promise.all([first, third])).toEqual(['first', 'third']);
  });

  it('When the connection that holds the lock is lost, then it stops', async () => {
    const held = service.get(ReconciliationLock).whileHeld(5_000, async (signal) => {
      await service.database.rows(sql`
        SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`);
      await payments.eventually(() => signal.aborted).toBe(true);
      return reconciliation.run({ signal });
    });

    await expect(held).rejects.toThrow('The lock of the reconciliation was lost.');
  });
});

import { sql } from '@towpath/database';

import { OperationRepository } from '../src/payments/operation.repository.ts';
import type { Answer } from '../src/payments/operation.ts';
import { PaymentProvider } from '../src/payments/payment-provider.ts';
import { anEvent, anIntentEvent, aRefundEvent, EventsUnderTest } from './given-events.ts';
import { givenPayments, type OrderPayment } from './given-payments.ts';

describe('events of the payment provider', () => {
  const payments = givenPayments();
  const { service } = payments;
  const events = new EventsUnderTest(payments);
  const answers: (() => void)[] = [];
  afterEach(() => {
    jest.restoreAllMocks();
    answers.splice(0).forEach((answer) => answer());
  });

  /** An operation that went to the provider, and whose answer comes too late, and then says nothing. */
  const unanswered = async (order: OrderPayment, ask: () => Promise<unknown>) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    answers.push(() => resolve({ is: 'unknown', reason: 'no answer', conclusive: false }));
    silent(order, promise);
    await ask();
    await order.claimed();
    jest.restoreAllMocks();
  };
  const silent = (order: OrderPayment, answer: Promise<Answer>) => {
    const provider = service.get(PaymentProvider);
    const send = PaymentProvider.prototype.send.bind(provider);
    jest
      .spyOn(provider, 'send')
      .mockImplementation((operation) => (operation.orderId === order.orderId ? answer : send(operation)));
  };
  const requested = async () => {
    const order = payments.anOrder();
    await unanswered(order, () => order.authorize());
    return order;
  };
  const counted = async (type: string, result: string) => {
    const text = await (await fetch(`${service.managementUrl}/metrics`)).text();
    const line = text.split('\n').find((each) => each.includes(`{type="${type}",result="${result}"`));
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  it.each([
    ['requires_capture', 'AUTHORIZED', ['requested', 'authorized'], {}],
    ['requires_payment_method', 'DECLINED', ['requested', 'declined'], {}],
    ['canceled', 'VOIDED', ['requested', 'voided'], {}],
    ['succeeded', 'CAPTURED', ['requested', 'captured'], { provider: 1_999, sales: -1_999 }],
  ] as const)(
    'When the answer to an authorization is lost and it is told %s, then the payment is %s',
    async (status, state, said, balances) => {
      const order = await requested();

      expect(await events.tell(anIntentEvent(order, status))).toBe(200);

      expect(await order.row()).toMatchObject({ state, provider_reference: `pi_of_${order.orderId}` });
      expect(await order.steps()).toEqual(['authorize DONE']);
      expect(await order.said()).toEqual(said);
      expect(await order.balances()).toEqual(balances);
    },
  );

  it.each([
    ['succeeded', 'capture', 'CAPTURED', { provider: 1_999, sales: -1_999 }],
    ['canceled', 'cancel', 'VOIDED', {}],
  ] as const)(
    'When it is told %s while a %s has no answer, then the payment is %s',
    async (status, deed, state, balances) => {
      const order = await payments.authorized();
      await unanswered(order, () => order[deed]());

      await events.tell(anIntentEvent(order, status, { id: (await order.row())?.['provider_reference'] }));

      expect(await order.row()).toMatchObject({ state });
      expect(await order.balances()).toEqual(balances);
    },
  );

  it('When it is told of a refund that has no answer, then that is booked, and the next one follows', async () => {
    const order = await payments.captured();
    await unanswered(order, () => order.refund(500));

    expect(await events.tell(await aRefundEvent(order))).toBe(200);
    expect(await order.row()).toMatchObject({ refunded_minor: 500, state: 'CAPTURED' });
    expect(await order.balances()).toEqual({ provider: 1_499, refunds: 500, sales: -1_999 });
  });

  it('When an event of an earlier refund of as much comes during the next one, then it has no effect', async () => {
    const order = await payments.captured();
    await order.refund(500);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 500 });
    const late = await aRefundEvent(order);
    await unanswered(order, () => order.refund(1_000));

    expect(await events.tell(late)).toBe(200);
    expect(await order.row()).toMatchObject({ refunded_minor: 500 });
    expect((await order.steps()).at(-1)).toBe('refund SENT');
  });

  it('When the event comes before the answer, then the worker finds it done and changes nothing', async () => {
    const order = payments.anOrder();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const settled = jest.spyOn(service.get(OperationRepository), 'close');
    silent(order, promise);
    await order.authorize();
    await order.claimed();

    const [open] = await order.operations();
    await events.tell(anIntentEvent(order, 'requires_capture'));
    const before = await order.row();
    resolve({ is: 'authorized', providerReference: `pi_of_${order.orderId}` });
    const closed = () =>
      Promise.all(
        settled.mock.calls.flatMap(([, id], call) => (id === open?.['id'] ? [settled.mock.results[call]?.value] : [])),
      );

    await payments.eventually(closed).toEqual([true, false]);
    expect(await order.row()).toEqual(before);
    expect(await order.said()).toEqual(['requested', 'authorized']);
  });

  it('When an event comes after its operation, or after what follows it, then it has no effect', async () => {
    const order = await payments.captured();
    const before = await order.row();
    const id = before?.['provider_reference'];

    for (const status of ['succeeded', 'requires_capture', 'requires_payment_method'] as const) {
      expect(await events.tell(anIntentEvent(order, status, { id }))).toBe(200);
    }

    expect(await order.row()).toEqual(before);
    expect(await order.said()).toEqual(['requested', 'authorized', 'captured']);
    expect(await order.anomalies()).toEqual([]);
  });

  it('When capture and authorization are told the wrong way round, then what was taken stays booked once', async () => {
    const order = await requested();

    await events.tell(anIntentEvent(order, 'succeeded'));
    await events.tell(anIntentEvent(order, 'requires_capture'));

    expect(await order.row()).toMatchObject({ state: 'CAPTURED' });
    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
  });

  it('When an event is told again, one after the other and at once, then it has its effect once', async () => {
    const order = await requested();
    const event = anIntentEvent(order, 'succeeded');
    const repeated = await counted('payment_intent.succeeded', 'repeated');

    const statuses = await Promise.all(Array.from({ length: 5 }, () => events.tell(event)));
    statuses.push(await events.tell(event));

    expect(statuses).toEqual(Array(6).fill(200));
    expect(await order.said()).toEqual(['requested', 'captured']);
    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
    expect(await counted('payment_intent.succeeded', 'repeated')).toBe(repeated + 5);
  });

  it('When the connection is lost between commit and answer, then the event told again has no effect', async () => {
    const order = await requested();
    const event = anIntentEvent(order, 'succeeded');
    const aborted = new AbortController();
    const lost = events.tell(event, { signal: aborted.signal });
    await order.becomes('CAPTURED');
    aborted.abort();
    await lost.catch(() => undefined);

    expect(await events.tell(event)).toBe(200);
    expect(await order.balances()).toEqual({ provider: 1_999, sales: -1_999 });
  });

  it.each([
    ['amount', 'requires_capture', { amount: 2_000 }, 'of 2000 EUR, not of 1999 EUR'],
    ['amount that was taken', 'succeeded', { amount_received: 1_998 }, 'of 1998 EUR, not of 1999 EUR'],
    ['currency', 'requires_capture', { currency: 'usd' }, 'of 1999 USD, not of 1999 EUR'],
  ] as const)('When the %s differs, then nothing is booked and it is an anomaly', async (_, status, more, mismatch) => {
    const order = await requested();

    expect(await events.tell(anIntentEvent(order, status, more))).toBe(200);

    expect(await order.row()).toMatchObject({ state: 'REQUESTED' });
    expect(await order.balances()).toEqual({});
    expect(await order.anomalies()).toMatchObject([
      { kind: 'provider-mismatch', detail: { mismatch: expect.stringContaining(mismatch) } },
    ]);
  });

  it.each([
    ['amount', { amount: 501 }, 'gives back 501, not 500'],
    ['currency', { currency: 'usd' }, 'is in USD, not in EUR'],
  ])('When the %s of a refund differs, then nothing is booked and it is an anomaly', async (_, more, mismatch) => {
    const order = await payments.captured();
    await unanswered(order, () => order.refund(500));

    expect(await events.tell(await aRefundEvent(order, more))).toBe(200);

    expect(await order.row()).toMatchObject({ refunded_minor: 0 });
    expect(await order.anomalies()).toMatchObject([{ detail: { mismatch: expect.stringContaining(mismatch) } }]);
  });

  it('When a refund that was booked fails after all, then that is an anomaly', async () => {
    const order = await payments.captured();
    await order.refund(500);
    await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 500 });

    const failed = await aRefundEvent(order, { status: 'failed' }, 'refund.failed');
    expect(await events.tell(failed)).toBe(200);

    expect(await order.anomalies()).toMatchObject([
      { kind: 'provider-mismatch', detail: { mismatch: expect.stringContaining('which was booked, is failed') } },
    ]);
  });

  it('When an order has a second charge, then that is an anomaly and the first one stays', async () => {
    const order = await payments.authorized();

    expect(await events.tell(anIntentEvent(order, 'requires_capture', { id: 'pi_second' }))).toBe(200);

    expect(await order.row()).toMatchObject({ provider_reference: expect.not.stringContaining('pi_second') });
    expect(await order.anomalies()).toMatchObject([{ kind: 'provider-mismatch', detail: { reference: 'pi_second' } }]);
  });

  it.each(['capture', 'cancel'] as const)(
    'When a second charge is let go while a %s has no answer, then the first one stays as it is',
    async (deed) => {
      const order = await payments.authorized();
      await unanswered(order, () => order[deed]());
      const before = await order.row();

      expect(await events.tell(anIntentEvent(order, 'canceled', { id: 'pi_second' }))).toBe(200);

      expect(await order.row()).toEqual(before);
    },
  );

  it('When it holds money for an order that never asked for any, then that is an anomaly', async () => {
    const closed = payments.anOrder();
    await closed.cancel();
    const [unknown, told] = [payments.anOrder(), anIntentEvent(payments.anOrder(), 'requires_capture').data.object];

    expect(await events.tell(anIntentEvent(closed, 'requires_capture'))).toBe(200);
    expect(await events.tell(anIntentEvent(unknown, 'requires_capture'))).toBe(200);
    expect(await events.tell(anEvent('payment_intent.succeeded', { ...told, metadata: {} }))).toBe(200);

    expect(await closed.anomalies()).toHaveLength(1);
    const strays = await service.database.rows(sql`
      SELECT detail ->> 'mismatch' AS mismatch FROM anomaly WHERE detail ->> 'reference' LIKE ${`%${unknown.orderId}`}`);
    expect(strays).toEqual([{ mismatch: `there is no payment for order ${unknown.orderId}` }]);
  });

  it('When a charge is in a state that settles nothing, then its event is taken without effect', async () => {
    const order = await requested();
    const before = await order.row();

    for (const status of ['processing', 'requires_action', 'requires_confirmation']) {
      expect(await events.tell(anIntentEvent(order, 'requires_payment_method', { status }))).toBe(200);
    }

    expect(await order.row()).toEqual(before);
  });

  it('When the type of an event is not known, then it is taken without effect', async () => {
    const before = await counted('other', 'no-effect');

    expect(await events.tell(anEvent('customer.created', { id: 'cus_1' }))).toBe(200);
    expect(await counted('other', 'no-effect')).toBe(before + 1);
  });

  it('When an event is not of the provider, then that is counted', async () => {
    const before = await counted('other', 'refused');

    expect(await events.tell(anEvent('customer.created', {}), { secret: 'whsec_of_somebody_else' })).toBe(401);
    expect(await counted('other', 'refused')).toBe(before + 1);
  });

  it('When the database is away, then it is 503, and the event told again has its effect', async () => {
    const order = await requested();
    const event = anIntentEvent(order, 'requires_capture');
    const { name } = await service.database.one<{ name: string }>(sql`SELECT current_database() AS name`);
    const connections = (limit: number) =>
      service.database.rows(sql`UPDATE pg_database SET datconnlimit = ${limit} WHERE datname = ${name}`);
    await connections(0);
    await service.database.rows(sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name} AND pid <> pg_backend_pid()`);

    const away = await events.send(JSON.stringify(event));
    await connections(-1);

    expect(away).toMatchObject({ status: 503, body: { type: '/problems/overloaded' } });
    await payments.eventually(() => events.tell(event)).toBe(200);
    expect(await order.row()).toMatchObject({ state: 'AUTHORIZED' });
  });
});

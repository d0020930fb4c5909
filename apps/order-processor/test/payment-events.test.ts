import { sql } from '@towpath/database';
import {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  PaymentVoided,
} from '@towpath/messages';

import { describeConsumer } from './consumer-contract.ts';
import { givenShop, paid } from './given-shop.ts';

describe('events of payments', () => {
  const shop = givenShop({ DATABASE_LOCK_MS: '50' });

  describeConsumer(shop, {
    table: sql`order_timeline`,
    scene: async () => {
      const { id: orderId } = await shop.order('AUTHORIZING');
      return {
        first: { message: PaymentAuthorized, data: paid(orderId), version: 1 },
        second: { message: PaymentCaptured, data: paid(orderId) },
        look: async () => ({ status: (await shop.row(orderId))['status'], said: (await shop.said(orderId)).length }),
        untouched: { status: 'AUTHORIZING', said: 3 },
        afterFirst: { status: 'CONFIRMED', said: 5 },
        afterBoth: { status: 'COMPLETED', said: 7 },
      };
    },
  });

  it('When the money is taken, then the order is completed and its timeline tells the whole story', async () => {
    const { id: orderId, customer } = await shop.order('AUTHORIZING');

    await shop.service.receives(PaymentRequested, paid(orderId));
    await shop.service.receives(PaymentAuthorized, paid(orderId));
    await shop.service.receives(PaymentCaptured, paid(orderId));

    const { body } = await shop.read(orderId, customer);
    expect(body).toMatchObject({ status: 'COMPLETED', cancelReason: null, refunded: null, version: 5 });
    expect(body.timeline).toEqual([
      { status: 'PLACED', at: body.createdAt, cause: 'checkout' },
      { status: 'RESERVING', at: expect.any(String), cause: 'order taken up' },
      { status: 'AUTHORIZING', at: expect.any(String), cause: 'stock reserved' },
      { status: 'CONFIRMED', at: expect.any(String), cause: 'payment authorized' },
      { status: 'COMPLETED', at: body.updatedAt, cause: 'payment captured' },
    ]);
    const times = body.timeline.map(({ at }: { at: string }) => at);
    expect(times).toEqual(times.toSorted());
    expect(await shop.said(orderId)).toEqual([
      { type: 'order.placed.v1', version: 1, snapshot: false },
      { type: 'stock.reserve.v1', version: 1, snapshot: false },
      { type: 'payment.authorize.v1', version: 1, snapshot: false },
      { type: 'order.confirmed.v1', version: 2, snapshot: false },
      { type: 'payment.capture.v1', version: 2, snapshot: false },
      { type: 'order.completed.v1', version: 3, snapshot: false },
      { type: 'stock.commit.v1', version: 2, snapshot: false },
    ]);
  });

  it('When the card is declined, then the order is cancelled, its stock released and the reason told', async () => {
    const { id: orderId, customer } = await shop.order('AUTHORIZING');
    await shop.forgetSaid(orderId);

    await shop.service.receives(PaymentDeclined, { ...paid(orderId), reason: 'insufficient_funds' });

    const { body } = await shop.read(orderId, customer);
    expect(body).toMatchObject({ status: 'CANCELLED', cancelReason: 'declined' });
    expect(body.timeline.at(-1)).toMatchObject({ status: 'CANCELLED', cause: 'payment declined: insufficient_funds' });
    expect(await shop.said(orderId)).toMatchObject([{ type: 'order.cancelled.v1' }, { type: 'stock.release.v1' }]);
  });

  it.each(['AUTHORIZING', 'CONFIRMED'] as const)(
    'When the capture is refused while %s, then the order is cancelled',
    async (status) => {
      const { id: orderId, customer } = await shop.order(status);
      await shop.forgetSaid(orderId);

      await shop.service.receives(PaymentVoided, paid(orderId));

      expect((await shop.read(orderId, customer)).body).toMatchObject({
        status: 'CANCELLED',
        cancelReason: 'declined',
      });
      expect(await shop.said(orderId)).toMatchObject([{ type: 'order.cancelled.v1' }, { type: 'stock.release.v1' }]);
    },
  );

  it('When the money of a cancelled order was taken and is given back, then the order says so', async () => {
    const { id: orderId, customer } = await shop.order('CONFIRMED');
    await shop.cancel(orderId, customer);

    await shop.service.receives(PaymentCaptured, paid(orderId));
    expect((await shop.read(orderId, customer)).body).toMatchObject({ status: 'CANCELLED', refunded: null });

    await shop.service.receives(PaymentRefunded, { ...paid(orderId), refundedMinor: 3998 });
    expect((await shop.read(orderId, customer)).body).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'customer',
      refunded: { amountMinor: 3998, currency: 'EUR' },
    });
    expect(await shop.anomalies(orderId)).toEqual([]);
  });

  it('When payment says that a person must look, then the order remembers it until payment says otherwise', async () => {
    const { id: orderId } = await shop.order('AUTHORIZING');

    await shop.service.receives(PaymentRequested, { ...paid(orderId), needsReview: true });
    expect(await shop.row(orderId)).toMatchObject({
      status: 'AUTHORIZING',
      payment_seen: 'REQUESTED',
      needs_review: true,
    });

    await shop.service.receives(PaymentAuthorized, paid(orderId));
    expect(await shop.row(orderId)).toMatchObject({ status: 'CONFIRMED', needs_review: false });
  });

  it('When money is reported for an order that did not ask for it, then that is an anomaly', async () => {
    const { id: orderId } = await shop.order('RESERVING');

    await shop.service.receives(PaymentCaptured, { ...paid(orderId), refundedMinor: 7 });

    expect(await shop.anomalies(orderId)).toEqual([
      { kind: 'illegal', orderId, status: 'RESERVING', report: 'CAPTURED' },
    ]);
    expect(await shop.row(orderId)).toMatchObject({ status: 'RESERVING', payment_seen: null, refunded_minor: 0 });
  });
});

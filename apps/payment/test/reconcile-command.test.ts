import type { INestApplicationContext } from '@nestjs/common';
import { newId } from '@towpath/database';

import { reconcileCommand } from '../src/reconciliation/reconcile.command.ts';
import { ReconciliationLock } from '../src/reconciliation/reconciliation-lock.repository.ts';
import { givenPayments } from './given-payments.ts';
import { ReconciliationUnderTest } from './given-reconciliation.ts';

describe('the command reconcile', () => {
  const payments = givenPayments({ RECONCILE_GRACE_MS: '0', RECONCILE_EVERY_MS: '1000' });
  const { service, orders } = payments;
  afterEach(() => jest.restoreAllMocks());

  const reconcile = async (...args: string[]) => {
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const progress = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const app = { get: service.get.bind(service) } as unknown as INestApplicationContext;
    const error = await reconcileCommand.run(app, args).then(
      () => undefined,
      (reason: Error) => reason.message,
    );
    const [out, err] = [written, progress].map(({ mock }) => mock.calls.map(([text]) => String(text)).join(''));
    jest.restoreAllMocks();
    return { out: out ?? '', err: err ?? '', error };
  };

  it('When some hundred orders are paid, cancelled and refunded, then everything agrees', async () => {
    const all = Array.from({ length: 250 }, () => payments.anOrder());
    for (let at = 0; at < all.length; at += 25) {
      const some = all.slice(at, at + 25);
      await Promise.all(some.map((order) => order.authorize()));
      await Promise.all(some.map((order) => order.becomes('AUTHORIZED')));
      await Promise.all(some.slice(0, 5).map((order) => order.cancel()));
      await Promise.all(some.slice(5).map((order) => order.capture()));
      await Promise.all(some.slice(0, 5).map((order) => order.becomes('VOIDED')));
      await Promise.all(some.slice(5).map((order) => order.becomes('CAPTURED')));
      await Promise.all(some.slice(5, 10).map((order) => order.cancel()));
      await Promise.all(some.slice(10, 15).map((order, index) => order.refund(100 * (index + 1))));
      await Promise.all(some.slice(5, 10).map((order) => order.becomes('REFUNDED')));
      for (const [index, order] of some.slice(10, 15).entries()) {
        await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 100 * (index + 1) });
      }
      some.slice(0, 10).forEach(({ orderId }) => orders.put(orderId, { status: 'CANCELLED' }));
      some.slice(10).forEach(({ orderId }, index) => {
        orders.put(orderId, { status: 'COMPLETED', refundGoalMinor: index < 5 ? 100 * (index + 1) : 0 });
      });
    }
    for (let more = 0; more < 1_100; more += 1) orders.put(newId(), { status: 'CANCELLED' });

    const { out, err, error } = await reconcile();

    expect({ out, error }).toEqual({ out: '1350 orders and charges compared.\n', error: undefined });
    expect(err).toContain('reconcile: 250 charges read\n');
    expect(err).toContain('reconcile: 1350 orders read\n');
    expect(JSON.parse((await reconcile('--json')).out)).toEqual({ compared: 1_350, mismatches: [] });
  }, 90_000);

  it('When something does not agree, then it says so with what to do, fails, and the metric tells', async () => {
    const order = await payments.captured();
    orders.put(order.orderId, { status: 'CANCELLED' });

    const text = await reconcile('--days', '1', '--grace-ms', '0');
    const json = await reconcile('--json');

    expect(text.error).toMatch(/^Mismatches: 1, among \d+ orders and charges\.$/);
    expect(text.out).toContain(`captured-for-cancelled-order  ${order.orderId}`);
    expect(text.out).toContain('Give it back at the provider.');
    expect(json.error).toBe(text.error);
    expect(JSON.parse(json.out).mismatches).toMatchObject([
      { kind: 'captured-for-cancelled-order', subject: order.orderId, todo: expect.any(String) },
    ]);
    await payments
      .eventually(async () => (await fetch(`${service.managementUrl}/metrics`)).text())
      .toMatch(/reconciliation_mismatches\{kind="captured-for-cancelled-order".*\} 1\n/);
  });

  it('When a worker reconciles right after it, then it tells what it found itself', async () => {
    const order = await payments.captured();
    const lock = service.get(ReconciliationLock);
    const held = lock.whileHeld.bind(lock);
    jest.spyOn(lock, 'whileHeld').mockImplementationOnce(async (waitMs, work) => {
      const done = await held(waitMs, work);
      await new ReconciliationUnderTest(payments).run();
      return done;
    });

    const { out } = await reconcile();
    orders.put(order.orderId, { status: 'COMPLETED' });

    expect(out).toContain(`captured-without-order  ${order.orderId}`);
  });

  it.each([['--days', 'many'], ['--days', '30000'], ['--colour'], ['now']])(
    'When it is asked %s %s, then it says how to use it',
    async (...args) => {
      expect((await reconcile(...args)).error).toContain('Use:\n  reconcile [--days');
    },
  );

  it('When it was long ago, then a worker reconciles by itself', async () => {
    const order = await payments.captured();

    await payments
      .eventually(async () => (await fetch(`${service.managementUrl}/metrics`)).text())
      .toMatch(/reconciliation_mismatches\{kind="captured-without-order".*\} 1\n/);
    orders.put(order.orderId, { status: 'COMPLETED' });
    await payments
      .eventually(async () => (await fetch(`${service.managementUrl}/metrics`)).text())
      .toMatch(/reconciliation_mismatches\{kind="captured-without-order".*\} 0\n/);
  });
});

import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { Metrics } from '@towpath/metrics';
import { givenService } from '@towpath/testing';

import { OrderProcessorModule } from '../src/order-processor.module.ts';
import { Shop } from './given-shop.ts';

describe('what happens by itself', () => {
  const shop = new Shop(
    givenService(OrderProcessorModule, {
      environment: () => ({
        RELAY_POLL_MS: '60000',
        SWEEP_EVERY_MS: '50',
        SWEEP_QUIET_MS: '100',
        DEADLINE_CHECK_MS: '50',
        IDEMPOTENCY_CLEANUP_MS: '50',
      }),
    }),
  );

  it('When an order is placed, then its saga begins at once, without a look into the outbox', async () => {
    const customer = await shop.customer();

    const { body } = await shop.post(shop.checkout(await shop.product()), customer);

    await shop.service.eventually(() => shop.row(body.id)).toMatchObject({ status: 'RESERVING' });
  });

  it('When nobody answers, then the order asks again, and again', async () => {
    const customer = await shop.customer();

    const { body } = await shop.post(shop.checkout(await shop.product()), customer);

    await shop.service
      .eventually(
        async () =>
          (await shop.said(body.id)).filter(({ type, snapshot }) => type === 'stock.reserve.v1' && snapshot).length,
      )
      .toBeGreaterThanOrEqual(2);
  });

  it('When the deadline passes, then the order is cancelled', async () => {
    const customer = await shop.customer();
    const { body } = await shop.post(shop.checkout(await shop.product()), customer);

    await shop.service.database.rows(sql`UPDATE orders SET deadline_at = now() WHERE id = ${body.id}`);

    await shop.service
      .eventually(() => shop.row(body.id))
      .toMatchObject({ status: 'CANCELLED', cancel_reason: 'deadline' });
  });

  it('When idempotency keys expire, then they are forgotten', async () => {
    const customer = await shop.customer();
    const key = randomUUID();
    await shop.post(shop.checkout(await shop.product()), customer, key);

    await shop.service.database.rows(sql`UPDATE idempotency_key SET expires_at = now() WHERE key = ${key}`);

    await shop.service
      .eventually(() => shop.service.database.rows(sql`SELECT key FROM idempotency_key WHERE key = ${key}`))
      .toEqual([]);
  });

  it('When orders move, then that is counted', async () => {
    const customer = await shop.customer();
    const { body } = await shop.post(shop.checkout(await shop.product()), customer);
    await shop.service.eventually(() => shop.row(body.id)).toMatchObject({ status: 'RESERVING' });
    await shop.cancel(body.id, customer);

    const metrics = await shop.service.get(Metrics).registry.metrics();

    expect(metrics).toMatch(/^order_transitions_total\{to="RESERVING"\} [1-9]/m);
    expect(metrics).toMatch(/^order_transitions_total\{to="CANCELLED"\} [1-9]/m);
    expect(metrics).toMatch(/^order_duration_seconds_count\{status="CANCELLED"\} [1-9]/m);
    expect(metrics).toMatch(/^orders_unsettled [1-9]/m);
    expect(metrics).toMatch(/^orders_stuck 0/m);
  });
});

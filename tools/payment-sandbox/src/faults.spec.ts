import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Sandbox, startSandbox } from './sandbox.ts';
import { type Client, clientOf } from './sandbox-client.ts';

describe('fault switches', () => {
  let folder: string;
  let sandbox: Sandbox;
  let stripe: Client;

  const charges = async () => (await stripe.get('/v1/payment_intents?limit=100')).body.data;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk_test_spec' });
    stripe = clientOf(sandbox.url, 'sk_test_spec');
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('When it fails after charging, then it says 500 for ever, and the charge is there', async () => {
    await stripe.fault({ operation: 'create', kind: 'fail_after_charging' });
    const first = await stripe.charge('order', {}, 'key-1');
    const again = await stripe.charge('order', {}, 'key-1');

    expect(first).toMatchObject({ status: 500, body: { error: { type: 'api_error' } } });
    expect(again).toMatchObject({ status: 500, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await charges()).toMatchObject([{ status: 'requires_capture' }]);
  });

  it('When the answer is lost, then the charge is there and the next request is told of it', async () => {
    await stripe.fault({ operation: 'create', kind: 'drop_answer' });

    await expect(stripe.charge('order', {}, 'key-1')).rejects.toThrow('fetch failed');
    const again = await stripe.charge('order', {}, 'key-1');

    expect(again).toMatchObject({ status: 200, body: { status: 'requires_capture' } });
    expect(await charges()).toEqual([again.body]);
  });

  it('When it charges a wrong amount, then it says so and that is what is held', async () => {
    await stripe.fault({ operation: 'create', kind: 'wrong_amount' });
    const { body: intent } = await stripe.charge('order');

    expect(intent).toMatchObject({ amount: 2000, amount_capturable: 2000 });
    expect(await charges()).toEqual([intent]);
  });

  it('When a capture is refused, then the money is still held', async () => {
    const { body: intent } = await stripe.charge('order');
    await stripe.fault({ operation: 'capture', kind: 'refuse' });

    expect(await stripe.post(`/v1/payment_intents/${intent.id}/capture`)).toMatchObject({
      status: 400,
      body: { error: { code: 'charge_expired_for_capture' } },
    });
    expect(await charges()).toEqual([intent]);
  });

  it('When a request is delayed, then nothing happens before the delay is over', async () => {
    await stripe.fault({ operation: 'create', kind: 'delay', ms: 250 });
    const slow = stripe.charge('order');

    expect(await charges()).toEqual([]);
    await slow;
    expect(await charges()).toHaveLength(1);
  });

  it('When a fault is meant for one order and some times, then the others never meet it', async () => {
    await stripe.fault({ operation: 'create', kind: 'refuse', orderId: 'unlucky', times: 2 });

    const statuses = [];
    for (const order of ['lucky', 'unlucky', 'unlucky', 'unlucky']) {
      statuses.push((await stripe.charge(order)).status);
    }

    expect(statuses).toEqual([200, 402, 402, 200]);
  });

  it('When faults are taken back or make no sense, then none is left', async () => {
    await stripe.fault({ operation: 'create', kind: 'refuse', times: 9 });
    await stripe.call('DELETE', '/_sandbox/faults');

    expect((await stripe.fault({ operation: 'create', kind: 'explode' })).status).toBe(400);
    expect((await stripe.call('POST', '/_sandbox/faults', '{')).status).toBe(400);
    expect((await stripe.call('GET', '/_sandbox/faults')).body).toEqual([]);
  });

  it('When it stops during a delay, then the request has no effect and is answered', async () => {
    await stripe.fault({ operation: 'create', kind: 'delay', ms: 60_000 });
    const slow = stripe.charge('order');
    await stripe.faultsMet();
    await sandbox.close();

    expect((await slow).status).toBe(503);
    sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk_test_spec' });
    stripe = clientOf(sandbox.url, 'sk_test_spec');
    expect(await charges()).toEqual([]);
  });
});

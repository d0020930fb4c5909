import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Sandbox, startSandbox } from './sandbox.ts';
import { type Client, clientOf } from './sandbox-client.ts';

describe('idempotency keys', () => {
  let folder: string;
  let sandbox: Sandbox;
  let stripe: Client;

  const start = async () => {
    sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk_test_spec' });
    stripe = clientOf(sandbox.url, 'sk_test_spec');
  };
  const charges = async () => (await stripe.get('/v1/payment_intents?limit=100')).body.data;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('When the same request comes again, then the first answer does, and nothing is charged', async () => {
    const first = await stripe.charge('order', {}, 'key-1');
    await stripe.post(`/v1/payment_intents/${first.body.id}/capture`, {}, 'key-2');
    const again = await stripe.charge('order', {}, 'key-1');

    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await charges()).toHaveLength(1);
  });

  it('When a key comes with other parameters, then it is an error', async () => {
    await stripe.charge('order', {}, 'key-1');

    expect(await stripe.charge('order', { amount: '1' }, 'key-1')).toMatchObject({
      status: 400,
      body: { error: { type: 'idempotency_error' } },
    });
  });

  it('When the first request is still at work, then the second is told so', async () => {
    await stripe.fault({ operation: 'create', kind: 'delay', ms: 300 });
    const first = stripe.charge('order', {}, 'key-1');
    await stripe.faultsMet();
    const second = await stripe.charge('order', {}, 'key-1');

    expect(second).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } });
    expect((await first).status).toBe(200);
    expect(await charges()).toHaveLength(1);
  });

  it('When a card was declined, then the decline is remembered', async () => {
    const declined = { payment_method: 'pm_card_chargeDeclined' };
    const first = await stripe.charge('order', declined, 'key-1');

    expect(await stripe.charge('order', declined, 'key-1')).toMatchObject({ status: 402, body: first.body });
    expect(await charges()).toHaveLength(1);
  });

  it('When the parameters were wrong, then the key is free for the right ones', async () => {
    await stripe.charge('order', { amount: 'much' }, 'key-1');

    expect((await stripe.charge('order', {}, 'key-1')).status).toBe(200);
  });

  it('When a day has passed, then the key is forgotten', async () => {
    await stripe.charge('order', {}, 'key-1');
    await sandbox.close();
    const log = join(folder, 'provider.jsonl');
    const aDayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
    await writeFile(log, (await readFile(log, 'utf8')).replace(/"at":"[^"]*"/, `"at":"${aDayAgo}"`));
    await start();

    await stripe.charge('order', {}, 'key-1');

    expect(await charges()).toHaveLength(2);
  });
});

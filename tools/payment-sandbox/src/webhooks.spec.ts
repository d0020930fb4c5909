import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { type Sandbox, startSandbox } from './sandbox.ts';
import { type Client, clientOf } from './sandbox-client.ts';

// It waits a second before it tells, and longer before it tells again.
jest.setTimeout(20_000);

interface Heard {
  signature: string;
  body: string;
  event: any;
  at: number;
}

describe('what the payment sandbox tells', () => {
  let folder: string;
  let server: Server;
  let heard: Heard[] = [];
  let answers: number[] = [];
  let sandbox: Sandbox;
  let stripe: Client;
  let webhooks: { url: string; secretFile: string };

  const start = async () => {
    sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk_test_spec', webhooks });
    stripe = clientOf(sandbox.url, 'sk_test_spec');
  };
  const about = (orderId: string) => heard.filter(({ event }) => event.data.object.metadata.order_id === orderId);
  const eventually = async (look: () => boolean) => {
    const giveUpAt = Date.now() + 10_000;
    while (!look()) {
      if (Date.now() > giveUpAt) throw new Error(`It did not come to ${look}: ${JSON.stringify(heard)}`);
      await wait(20);
    }
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const body = Buffer.concat(chunks).toString();
          const signature = String(request.headers['stripe-signature']);
          const event = JSON.parse(body);
          heard.push({ signature, body, event, at: Date.now() });
          response.writeHead(answers.shift() ?? 200).end('{}');
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  // A folder of its own: what a sandbox was still telling when it stopped is told again by the next one in the same folder.
  beforeEach(async () => {
    [heard, answers] = [[], []];
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const { port } = server.address() as AddressInfo;
    webhooks = { url: `http://127.0.0.1:${port}/events`, secretFile: join(folder, 'secrets') };
    await writeFile(webhooks.secretFile, 'whsec_one\n');
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  afterAll(() => server.close());

  it('When something happens, then it is told about a second later, signed as Stripe signs', async () => {
    const begun = Date.now();
    const { body: intent } = await stripe.charge('told');
    await stripe.post(`/v1/payment_intents/${intent.id}/capture`);
    await stripe.post('/v1/refunds', { payment_intent: intent.id, 'metadata[order_id]': 'told' });
    await eventually(() => about('told').length === 3);

    const [first] = about('told').toSorted((a, b) => (a.event.type < b.event.type ? -1 : 1)) as [Heard];
    expect(
      about('told')
        .map(({ event }) => event.type)
        .sort(),
    ).toEqual(['payment_intent.amount_capturable_updated', 'payment_intent.succeeded', 'refund.created']);
    expect(first.event).toMatchObject({ id: expect.stringMatching(/^evt_\w{24}$/), data: { object: intent } });
    expect(first.at - begun).toBeGreaterThanOrEqual(1_000);
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(first.signature) as unknown as string[];
    expect(v1).toBe(createHmac('sha256', 'whsec_one').update(`${t}.${first.body}`).digest('hex'));
  });

  it('When a charge is declined or let go, then that is told', async () => {
    await stripe.charge('declined', { payment_method: 'pm_card_chargeDeclined' });
    const { body: intent } = await stripe.charge('let go');
    await stripe.post(`/v1/payment_intents/${intent.id}/cancel`);
    await eventually(() => about('let go').length === 2 && about('declined').length === 1);

    expect(heard.map(({ event }) => event.type).sort()).toEqual([
      'payment_intent.amount_capturable_updated',
      'payment_intent.canceled',
      'payment_intent.payment_failed',
    ]);
  });

  it('When there are two secrets, then each signs', async () => {
    await writeFile(webhooks.secretFile, 'whsec_one\nwhsec_two\n');
    await stripe.charge('rotation');
    await eventually(() => about('rotation').length === 1);

    const [{ signature, body }] = about('rotation') as [Heard];
    const [t = ''] = signature.slice(2).split(',');
    const signed = (secret: string) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
    expect(signature).toBe(`t=${t},v1=${signed('whsec_one')},v1=${signed('whsec_two')}`);
  });

  it('When the answer is no success, then the same event is told again', async () => {
    answers = [503, 401];
    await stripe.charge('again');
    await eventually(() => about('again').length === 3);

    expect(new Set(about('again').map(({ event }) => event.id)).size).toBe(1);
  });

  it('When it stops before it could tell, then it tells after it starts again, and only what was not told', async () => {
    await stripe.charge('known');
    await eventually(() => statSync(join(folder, 'webhooks.jsonl')).size > 0);
    await stripe.charge('unknown');
    await sandbox.close();
    expect(about('unknown')).toEqual([]);

    await start();
    await eventually(() => about('unknown').length === 1);

    expect(about('known')).toHaveLength(1);
  });

  it.each([
    ['duplicate', 2],
    ['lose', 0],
  ])('When a fault asks it to %s, then it is told %i times', async (kind, times) => {
    const orderId = `fault ${kind}`;
    expect((await stripe.fault({ operation: 'webhook', kind, orderId })).status).toBe(201);
    await stripe.charge(orderId);
    await stripe.charge(`after ${kind}`);
    await eventually(() => about(`after ${kind}`).length === 1 && about(orderId).length >= times);

    expect(about(orderId)).toHaveLength(times);
  });

  it.each([
    ['wrong_amount', { amount: 2000, currency: 'eur' }],
    ['wrong_currency', { amount: 1999, currency: 'xts' }],
  ])('When a fault asks for a %s, then the event says so and is signed all the same', async (kind, object) => {
    await stripe.fault({ operation: 'webhook', kind, orderId: kind });
    await stripe.charge(kind);
    await eventually(() => about(kind).length === 1);

    expect(about(kind)[0]?.event.data.object).toMatchObject(object);
  });

  it('When a fault delays the first of two, then the second is told first', async () => {
    await stripe.fault({ operation: 'webhook', kind: 'delay', ms: 500, orderId: 'order' });
    const { body: intent } = await stripe.charge('order');
    await stripe.post(`/v1/payment_intents/${intent.id}/capture`);
    await eventually(() => about('order').length === 2);

    expect(about('order').map(({ event }) => event.data.object.status)).toEqual(['succeeded', 'requires_capture']);
  });

  it('When a fault for it is none, then it is refused', async () => {
    for (const fault of [
      { operation: 'webhook', kind: 'refuse' },
      { operation: 'refund', kind: 'wrong_amount' },
    ]) {
      expect((await stripe.fault(fault)).status).toBe(400);
    }
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Sandbox, startSandbox } from './sandbox.ts';
import { type Client, clientOf } from './sandbox-client.ts';

describe('the payment sandbox', () => {
  let folder: string;
  let sandbox: Sandbox;
  let stripe: Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk_test_spec' });
    stripe = clientOf(sandbox.url, 'sk_test_spec');
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('When a card is good, then the money is held, taken and given back', async () => {
    const held = await stripe.charge('order-1');
    const taken = await stripe.post(`/v1/payment_intents/${held.body.id}/capture`);
    const part = await stripe.post('/v1/refunds', { payment_intent: held.body.id, amount: '999' });
    const rest = await stripe.post('/v1/refunds', { payment_intent: held.body.id });

    expect(held).toMatchObject({
      status: 200,
      body: {
        object: 'payment_intent',
        status: 'requires_capture',
        amount: 1999,
        amount_capturable: 1999,
        amount_received: 0,
        currency: 'eur',
        metadata: { order_id: 'order-1' },
      },
    });
    expect(held.headers.get('request-id')).toMatch(/^req_/);
    expect(taken.body).toEqual({
      ...held.body,
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 1999,
    });
    expect([part.body.amount, rest.body.amount]).toEqual([999, 1000]);
    expect((await stripe.get(`/v1/refunds?payment_intent=${held.body.id}`)).body.data).toEqual([rest.body, part.body]);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ])(
    'When the card is %s, then it is declined as %s and nothing is held',
    async (payment_method, code, decline_code) => {
      const { status, body } = await stripe.charge('declined', { payment_method });

      expect({ status, error: body.error }).toMatchObject({
        status: 402,
        error: { type: 'card_error', code, decline_code, payment_intent: { status: 'requires_payment_method' } },
      });
    },
  );

  it('When an intent is not in the state that a step needs, then the step is refused and names the state', async () => {
    const { body: intent } = await stripe.charge('order-2');
    const early = await stripe.post('/v1/refunds', { payment_intent: intent.id });
    const canceled = await stripe.post(`/v1/payment_intents/${intent.id}/cancel`);
    const late = await stripe.post(`/v1/payment_intents/${intent.id}/capture`);

    expect(early).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
    expect(canceled).toMatchObject({ status: 200, body: { status: 'canceled', amount_capturable: 0 } });
    expect(late).toMatchObject({
      status: 400,
      body: { error: { code: 'payment_intent_unexpected_state', payment_intent: { status: 'canceled' } } },
    });
  });

  it('When all of the money is back, then a further refund is refused', async () => {
    const { body: intent } = await stripe.charge('order-3');
    await stripe.post(`/v1/payment_intents/${intent.id}/capture`);
    const tooMuch = await stripe.post('/v1/refunds', { payment_intent: intent.id, amount: '2000' });
    await stripe.post('/v1/refunds', { payment_intent: intent.id });
    const again = await stripe.post('/v1/refunds', { payment_intent: intent.id });

    expect(tooMuch).toMatchObject({ status: 400, body: { error: { param: 'amount' } } });
    expect(again).toMatchObject({ status: 400, body: { error: { code: 'charge_already_refunded' } } });
  });

  it('When a charge is looked for by our reference, then it and no other is found', async () => {
    const { body: intent } = await stripe.charge('looked-for');
    const query = (text: string) => stripe.get(`/v1/payment_intents/search?query=${encodeURIComponent(text)}`);

    expect((await query("metadata['order_id']:'looked-for'")).body).toMatchObject({
      object: 'search_result',
      has_more: false,
      data: [intent],
    });
    expect((await query("metadata['order_id']:'nobody'")).body.data).toEqual([]);
    expect((await query('amount>100')).status).toBe(400);
  });

  it('When the list is read page by page, then every charge is there once, newest first', async () => {
    const whole = (await stripe.get('/v1/payment_intents?limit=100')).body.data.map(({ id }: { id: string }) => id);
    const paged: string[] = [];
    for (let more = true; more;) {
      const after = paged.length > 0 ? `&starting_after=${paged.at(-1)}` : '';
      const page = (await stripe.get(`/v1/payment_intents?limit=2${after}`)).body;
      paged.push(...page.data.map(({ id }: { id: string }) => id));
      more = page.has_more;
    }

    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(paged.length);
  });

  it('When only some of the time is asked for, then what was made in it is listed', async () => {
    const { body: intent } = await stripe.charge('in time');
    const listed = async (window: string) => (await stripe.get(`/v1/payment_intents?limit=100&${window}`)).body.data;

    expect(await listed(`created[gte]=${intent.created}&created[lte]=${intent.created}`)).toContainEqual(intent);
    expect(await listed(`created[gte]=${intent.created + 1}`)).not.toContainEqual(intent);
    expect(await listed(`created[lte]=${intent.created - 1}`)).not.toContainEqual(intent);
  });

  it('When the charges are asked for with the intents, then each says what was given back', async () => {
    const { body: intent } = await stripe.charge('expanded');
    await stripe.post(`/v1/payment_intents/${intent.id}/capture`);
    await stripe.post('/v1/refunds', { payment_intent: intent.id, amount: '500' });
    const { data } = (await stripe.get('/v1/payment_intents?limit=100&expand[0]=data.latest_charge')).body;

    expect(data.find(({ id }: { id: string }) => id === intent.id).latest_charge).toMatchObject({
      id: intent.latest_charge,
      object: 'charge',
      amount_captured: 1999,
      amount_refunded: 500,
    });
  });

  it.each([
    ['an unknown parameter', { colour: 'red' }, { code: 'parameter_unknown', param: 'colour' }],
    ['an amount that is no integer', { amount: '19.99' }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['an amount of nothing', { amount: '0' }, { param: 'amount' }],
    ['no payment method', { payment_method: '' }, { code: 'parameter_missing', param: 'payment_method' }],
    ['a currency in capitals', { currency: 'EUR' }, { param: 'currency' }],
    ['automatic capture', { capture_method: 'automatic' }, { param: 'capture_method' }],
  ])('When a charge comes with %s, then the parameter is named', async (_, more, error) => {
    expect(await stripe.charge('bad', more)).toMatchObject({ status: 400, body: { error } });
  });

  it('When the key is wrong, the path unknown or the object not there, then it says so as Stripe does', async () => {
    const stranger = clientOf(sandbox.url, 'sk_test_other');

    expect((await stranger.get('/v1/payment_intents')).status).toBe(401);
    expect((await stranger.fault({ operation: 'create', kind: 'refuse' })).status).toBe(401);
    expect((await stripe.get('/v1/customers')).status).toBe(404);
    expect(await stripe.get('/v1/payment_intents/pi_none')).toMatchObject({
      status: 404,
      body: { error: { code: 'resource_missing' } },
    });
    expect((await stripe.charge('x', { payment_method: 'pm_unheard_of' })).body.error.code).toBe('resource_missing');
    expect((await stripe.charge('x'.repeat(70_000))).status).toBe(413);
  });

  it('When the port is taken, then it does not start', async () => {
    const port = Number(new URL(sandbox.url).port);

    await expect(startSandbox({ port, folder: join(folder, 'second'), secretKey: 'k' })).rejects.toThrow('EADDRINUSE');
  });
});

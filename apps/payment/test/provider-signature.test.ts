import { readFile, writeFile } from 'node:fs/promises';

import { anEvent, anIntentEvent, EventsUnderTest, type Sent } from './given-events.ts';
import { givenPayments } from './given-payments.ts';
import { webhookSecret } from './given-provider.ts';

describe('the signature of the payment provider', () => {
  const payments = givenPayments();
  const events = new EventsUnderTest(payments);
  const event = anEvent('customer.created', {});

  it.each<[string, Sent]>([
    ['there is none', { header: () => undefined }],
    ['it is empty', { header: () => ' ' }],
    ['it is of another secret', { secret: 'whsec_of_somebody_else' }],
    ['it is of an empty secret', { secret: ' ' }],
    ['one digit differs', { header: (signed) => signed.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }],
    ['it is cut off', { header: (signed) => signed.slice(0, -1) }],
    ['there is no signature', { header: (signed) => signed.split(',')[0] }],
    ['there is no time', { header: (signed) => signed.split(',')[1] }],
    ['it is of an older scheme', { header: (signed) => signed.replace('v1=', 'v0=') }],
    ['it is 301 s old', { at: -301 }],
    ['it is 302 s ahead', { at: 302 }],
    ['it is a year old', { at: -31_536_000 }],
    [
      'the time was moved',
      { at: -400, header: (signed) => signed.replace(/^t=\d+/, `t=${Math.floor(Date.now() / 1_000)}`) },
    ],
    [
      'there is a second, newer time',
      { at: -400, header: (signed) => `${signed},t=${Math.floor(Date.now() / 1_000)}` },
    ],
    ['there are two headers', { header: (signed) => `${signed}, ${signed}` }],
  ])('When %s, then it is 401, the same for all, and has no effect', async (_, sent) => {
    const order = payments.anOrder();
    await order.authorize();
    await order.becomes('AUTHORIZED');
    const before = await order.row();

    const answer = await events.send(JSON.stringify(anIntentEvent(order, 'succeeded')), sent);

    expect(answer.status).toBe(401);
    expect({ ...answer.body, traceId: '' }).toEqual({
      type: '/problems/unauthenticated',
      title: expect.any(String),
      status: 401,
      detail: 'The payment provider has not signed this, or not now.',
      instance: '/v1/webhooks/payment-provider',
      traceId: '',
    });
    expect(await order.row()).toEqual(before);
  });

  it.each<[string, Sent]>([
    ['is new', {}],
    ['is 299 s old', { at: -299 }],
    ['is 299 s ahead', { at: 299 }],
    ['is one of two', { header: (signed) => signed.replace(',', `,v1=${'0'.repeat(64)},`) }],
    ['comes with one of an older scheme', { header: (signed) => `${signed},v0=${'0'.repeat(64)}` }],
  ])('When it is right and %s, then the event is taken', async (_, sent) => {
    expect(await events.tell(event, sent)).toBe(200);
  });

  it('When the JSON is written in an odd way, then the bytes are what counts', async () => {
    const body = ` {\r\n\t"type" : "customer.\\u0063reated",  "id":"evt_odd" ,"data":{"object":{ } } } \n`;

    let signed = '';
    const keep = (header: string) => (signed = header);

    expect((await events.send(body, { header: keep })).status).toBe(200);
    expect((await events.send(JSON.stringify(JSON.parse(body)), { header: () => signed })).status).toBe(401);
  });

  it.each([
    ['half an object', '{"id":'],
    ['a list', '[]'],
    ['no id', '{"type":"customer.created","data":{"object":{}}}'],
    [
      'a charge without an amount',
      JSON.stringify(anEvent('payment_intent.succeeded', { object: 'payment_intent', id: 'pi' })),
    ],
    [
      'a refund in place of a charge',
      JSON.stringify(anEvent('payment_intent.succeeded', { object: 'refund', id: 're' })),
    ],
  ])('When %s is signed, then it is 400', async (_, body) => {
    expect((await events.send(body)).status).toBe(400);
  });

  it('When the secret is replaced, then both are good for a while, and then only the new one, without a restart', async () => {
    const file = payments.provider.webhookSecretFile;
    const before = await readFile(file, 'utf8');
    const next = { secret: 'whsec_that_comes_next' };
    expect(await events.tell(event, next)).toBe(401);

    await writeFile(file, `${webhookSecret}\n${next.secret}\n`);
    await payments.eventually(() => events.tell(event, next)).toBe(200);
    expect(await events.tell(event)).toBe(200);
    await writeFile(file, `${next.secret}\n`);
    await payments.eventually(() => events.tell(event)).toBe(401);
    expect(await events.tell(event, next)).toBe(200);

    await writeFile(file, before);
    await payments.eventually(() => events.tell(event)).toBe(200);
  });
});

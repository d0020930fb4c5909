import { createHmac } from 'node:crypto';

import { rawRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

describe('events of the payment provider', () => {
  const { gateway, service } = givenGateway();
  const signed = (body: string) => createHmac('sha256', 'whsec_1').update(`1.${body}`).digest('hex');

  it.each([
    ['odd white space', ' {\r\n\t"id" : "evt_1" ,"type":  "charge.refunded"\n}\n\n'],
    ['escapes and letters beyond ASCII', '{"id":"evt_\\u0031","note":"na\\u00efve \\/ naïve 🚣"}'],
    ['numbers that no parser keeps', '{"id":"evt_1","amount":1.0,"big":12345678901234567890,"e":1E2,"z":-0}'],
    ['a name twice', '{"id":"evt_1","id":"evt_2"}'],
  ])('When one has %s, then its bytes and its signature arrive as they were sent', async (_, body) => {
    const signature = `t=1,v1=${signed(body)},v0=${'0'.repeat(64)}`;
    const head = [
      'POST /v1/webhooks/payment-provider HTTP/1.1',
      'host: shop.example',
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `stripe-signature: ${signature}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ];

    const answer = await rawRequest(gateway.url, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));

    expect(answer.status).toBe(200);
    const [seen] = service.seen;
    expect(seen).toMatchObject({ url: '/v1/webhooks/payment-provider', body });
    expect(seen?.headers['stripe-signature']).toBe(signature);
    expect(signed(seen?.body ?? '')).toBe(/v1=(\w+)/.exec(signature)?.[1]);
  });
});

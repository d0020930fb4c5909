import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

import type { Answered } from '../wire.ts';
import type { requestRows } from './rows.ts';
import { bodyOf, type Probes, type World } from './world.ts';

const sized = (bytes: number) => JSON.stringify({ name: 'x'.repeat(bytes) });
const json = { 'content-type': 'application/json' };

/** For what is answered only after a while. */
function patiently({ shop }: World, head: string): Promise<Answered> {
  const { hostname, port } = new URL(shop.gateway);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(head));
    socket.setTimeout(40_000, () => socket.destroy(new Error('There was no answer within 40 s.')));
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      const [head = '', text = ''] = bytes.toString().split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), headers: {}, text });
      socket.destroy();
    });
  });
}

export const requestProbes: Probes<typeof requestRows> = {
  invalidField: async (world) => {
    const answer = await world.order(world.ada, { lines: [{ productId: randomUUID(), quantity: 0 }] });
    expect(bodyOf(answer)).toMatchObject({ errors: [{ pointer: '/lines/0/quantity' }] });
    return answer;
  },
  malformedJson: (world) => world.ask({ method: 'POST', path: '/v1/sessions', headers: json, body: '{"email":' }),
  badId: (world) => world.ask({ path: '/v1/orders/1' }, world.ada),
  pageOfNone: (world) => world.ask({ path: '/v1/orders?limit=0' }, world.ada),
  pageTooLarge: (world) => world.ask({ path: '/v1/orders?limit=101' }, world.ada),
  bodyTooLarge: (world) => world.ask({ method: 'POST', path: '/v1/orders', headers: json, body: sized(64 * 1024) }),
  credentialsTooLarge: (world) =>
    world.ask({ method: 'POST', path: '/v1/sessions', headers: json, body: sized(16 * 1024) }),
  notJson: (world) =>
    world.ask({ method: 'POST', path: '/v1/sessions', headers: { 'content-type': 'text/plain' }, body: '{}' }),
  compressed: (world) =>
    world.ask({ method: 'POST', path: '/v1/sessions', headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' }),
  unknownPath: (world) => world.ask({ path: '/v1/nothing' }, world.ada),
  wrongMethod: (world) => world.ask({ method: 'DELETE', path: '/v1/orders' }, world.ada),
  longUrl: (world) => world.ask({ path: `/v1/products?q=${'a'.repeat(8 * 1024)}` }),
  longHeaders: (world) => world.ask({ path: '/v1/products', headers: { x: 'a'.repeat(16 * 1024) } }),
  slowHeaders: (world) => patiently(world, 'GET /v1/products HTTP/1.1\r\nHost: a\r\n'),
  slowBody: (world) =>
    patiently(
      world,
      'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ),
  lengthAndChunks: (world) =>
    world.raw(
      'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/me HTTP/1.1\r\nHost: a\r\n\r\n',
    ),
  badChunks: (world) =>
    world.raw(
      'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ),
};

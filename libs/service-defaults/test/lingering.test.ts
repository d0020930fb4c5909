import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import { givenSample } from './sample.service.ts';

const head = 'POST /things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n';

describe('an answer to a request that is still being sent', () => {
  const sample = givenSample();

  /** A client that goes on sending, whatever the other side does. */
  function stubborn(): Socket {
    const { hostname, port } = new URL(sample.url);
    return connect({ host: hostname, port: Number(port), allowHalfOpen: true }).resume();
  }

  it('When the client goes on sending after its answer, then the connection is not cut under it', async () => {
    const socket = stubborn();
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));

    socket.write(head);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    for (let sent = 0; sent < 50 && errors.length === 0; sent += 1) {
      socket.write(Buffer.alloc(10_000, ' '));
      await turn();
    }
    socket.end();
    if (!socket.closed) await once(socket, 'close');

    expect(String(answer)).toMatch(/^HTTP\/1.1 413 [^]*connection: close\r\n/i);
    expect(errors).toEqual([]);
  });

  it('When the client never ends, then it is cut off', async () => {
    const socket = stubborn();
    const started = performance.now();

    socket.write(head);
    const trickle = setInterval(() => socket.write(' '), 50);
    await new Promise((cut) => socket.on('error', cut)).finally(() => clearInterval(trickle));

    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

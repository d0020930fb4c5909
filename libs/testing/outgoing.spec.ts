import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { request } from 'undici';

import { OutgoingGuard } from './outgoing.ts';

describe('outgoing guard', () => {
  const guard = new OutgoingGuard();
  let server: Server;
  let url: string;

  beforeEach(async () => {
    server = createServer((_, response) => response.end('answered')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    guard.start();
  });
  afterEach(() => {
    guard.stop();
    server.closeAllConnections();
    server.close();
  });

  const ask = async () => (await request(url, { reset: true })).body.text();

  it('When a service connects to what was not declared, then it is refused, whichever client it uses', async () => {
    await expect(ask()).rejects.toThrow('did not declare that it connects to port');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('When it was declared, then the connection is made', async () => {
    guard.allow(url);

    await expect(ask()).resolves.toBe('answered');
  });

  it('When the guard has ended, then nothing is refused any more', async () => {
    guard.stop();

    await expect(ask()).resolves.toBe('answered');
  });
});

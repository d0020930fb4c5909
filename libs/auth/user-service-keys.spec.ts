import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Unavailable } from '@towpath/errors';

import { AuthConfig } from './auth.config.ts';
import { UserServiceKeys } from './user-service-keys.ts';

describe('keys of the user service', () => {
  let server: Server | undefined;

  async function served(answer: RequestListener): Promise<UserServiceKeys> {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return new UserServiceKeys(
      new AuthConfig({ userUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    );
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('When they are there, then they are read from the well-known path', async () => {
    const keys = await served((request, response) => response.end(JSON.stringify({ keys: [], path: request.url })));

    await expect(keys.load()).resolves.toEqual({ keys: [], path: '/.well-known/jwks.json' });
  });

  const refusals: Record<string, RequestListener> = {
    'answers 500': (_, response) => response.writeHead(500).end('{"keys":[]}'),
    'answers no JSON': (_, response) => response.end('<html>'),
    'leads elsewhere': (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'cuts the connection': (_, response) => response.destroy(),
    'answers more than a set of keys can need': (_, response) => response.end(JSON.stringify('x'.repeat(100_000))),
  };

  it.each(Object.entries(refusals))('When the user service %s, then the keys are unavailable', async (_, answer) => {
    const keys = await served(answer);

    await expect(keys.load()).rejects.toThrow(Unavailable);
  });

  it.each<[string, RequestListener]>([
    ['does not answer', () => undefined],
    ['answers drop by drop', (_, response) => void setInterval(() => response.write(' '), 100).unref()],
  ])('When the user service %s, then that is waited for 2 s', async (_, answer) => {
    const keys = await served(answer);
    const asked = performance.now();

    await expect(keys.load()).rejects.toThrow(Unavailable);

    expect(performance.now() - asked).toBeLessThan(2_800);
  });
});

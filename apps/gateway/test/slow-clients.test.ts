import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { routes } from '@towpath/api';
import { eventually, goodRequest, rawRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

/** A client that goes on sending, a little at a time, until it is cut off. */
async function trickle(url: string, begin: string, more: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const sending = setInterval(() => socket.write(more), 50);
  let answer = '';
  socket.on('data', (bytes) => (answer += String(bytes))).on('error', () => {});
  socket.write(begin);
  await once(socket, 'close').finally(() => clearInterval(sending));
  return answer;
}

describe('clients that are slow', () => {
  const { gateway, service } = givenGateway({
    HEADERS_TIMEOUT_MS: '300',
    REQUEST_TIMEOUT_MS: '600',
    STALL_TIMEOUT_MS: '1000',
    KEEP_ALIVE_TIMEOUT_MS: '300',
  });
  const head = 'POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

  it.each([
    ['headers', 'GET /v1/products HTTP/1.1\r\nHost: a\r\n', 'X: a\r\n'],
    ['a request line', 'GET /v1/', 'a'],
    ['a body', `${head}Content-Length: 1000\r\n\r\n`, ' '],
    ['chunks', `${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
  ])('When %s come little by little, then it is 408 and nobody is asked', async (_, begin, more) => {
    const answer = await trickle(gateway.url, begin, more);

    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"type":"\/problems\/request-timeout"/);
    expect(service.seen).toEqual([]);
  });

  it('When nothing comes at all, then the connection ends without an answer to what nobody asked', async () => {
    expect(await trickle(gateway.url, '', '')).toBe('');
  });

  it('When nothing more comes after an answer, then the connection ends', async () => {
    expect((await rawRequest(gateway.url, 'GET /v1/products HTTP/1.1\r\nHost: a\r\n\r\n')).status).toBe(200);
  });

  const underWay = async () => {
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    return Number(/^http_requests_in_flight (\d+)$/m.exec(metrics)?.[1]);
  };

  /** Sends so many requests on one connection without waiting for answers. */
  function pipeline(times: number): Socket {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port) }).pause();
    socket.on('error', () => {});
    socket.write('GET /v1/products HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(times));
    return socket;
  }

  it('When a client sends a few requests at once, then all are answered', async () => {
    const socket = pipeline(8);

    let answers = '';
    socket.on('data', (bytes) => (answers += String(bytes))).resume();

    await eventually(() => answers.match(/HTTP\/1.1 200/g)?.length).toBe(8);
    socket.destroy();
  });

  it('When a client sends a thousand requests at once, then it is cut off, and nothing is begun for it', async () => {
    await once(pipeline(1_000).resume(), 'close');

    await eventually(underWay).toBe(0);
    expect(service.seen).toEqual([]);
  });

  it('When a client asks a few times and reads nothing, then it is cut off, and one is begun for it', async () => {
    // More than the buffers of both ends hold.
    const body = JSON.stringify('x'.repeat(30_000_000));
    service.answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);

    const socket = pipeline(8);
    await eventually(underWay).toBeGreaterThan(0);

    await eventually(underWay).toBe(0);
    expect(service.seen.length).toBe(1);
    socket.destroy();
  });
});

describe('clients that send their bodies slowly', () => {
  const { gateway, service } = givenGateway({ MAX_IN_FLIGHT: '2' });

  it('When one address has more of them than there are places, then others are answered, and no place is lost', async () => {
    const { hostname, port } = new URL(gateway.url);
    const slow = Array.from({ length: 6 }, () => connect({ host: hostname, port: Number(port) }));
    for (const socket of slow) {
      socket.on('error', () => {});
      socket.write(
        'POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 62\r\n\r\n{',
      );
    }
    const logIn = () => fetch(`${gateway.url}/v1/sessions`, goodRequest(routes.logIn));
    const underWay = async () => {
      const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
      return Number(/^http_requests_in_flight (\d+)$/m.exec(metrics)?.[1]);
    };
    await eventually(underWay).toBeGreaterThan(1);

    expect((await logIn()).status).toBe(200);

    slow.forEach((socket) => socket.destroy());
    await eventually(underWay).toBe(0);
    expect((await logIn()).status).toBe(200);
    expect(service.seen.length).toBe(2);
  });
});

describe('clients that take many connections', () => {
  const { gateway } = givenGateway({ MAX_CONNECTIONS: '8', MAX_CONNECTIONS_PER_ADDRESS: '4' });

  const opened = async (localAddress: string): Promise<Socket> => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const open = (sockets: readonly Socket[]) => sockets.filter(({ closed, destroyed }) => !closed && !destroyed).length;

  it('When one address has as many as it may, then it gets no more, and others do, until there are too many of all', async () => {
    const greedy = await Promise.all(Array.from({ length: 8 }, () => opened('127.0.0.2')));
    greedy.forEach((socket) => socket.resume());
    await eventually(() => open(greedy)).toBe(4);

    const others = await Promise.all(Array.from({ length: 6 }, (_, i) => opened(`127.0.0.${3 + i}`)));
    others.forEach((socket) => socket.resume());
    await eventually(() => open(others)).toBe(4);

    greedy.forEach((socket) => socket.destroy());
    await eventually(async () => {
      const socket = await opened('127.0.0.2');
      socket.write('GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      return String(answer).slice(0, 12);
    }).toBe('HTTP/1.1 404');
    others.forEach((socket) => socket.destroy());
  });
});

describe('clients that come through a proxy', () => {
  const { gateway } = givenGateway({ TRUSTED_PROXY_HOPS: '1', MAX_CONNECTIONS_PER_ADDRESS: '1' });

  it('When its address has more connections than one may, then they are all served', async () => {
    const ask = () => rawRequest(gateway.url, 'GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

    expect(await Promise.all([ask(), ask(), ask()])).toMatchObject([{ status: 404 }, { status: 404 }, { status: 404 }]);
  });
});

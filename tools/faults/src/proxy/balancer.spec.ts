import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { Balancer } from './balancer.ts';
import { Probe } from './probe.ts';
import { Replica } from './replica.ts';

/** A process of a service with its management port. */
class Backend {
  readonly name: string;
  readonly requests: string[] = [];
  readonly connections = new Set<unknown>();
  ready = true;
  handle: RequestListener = (_, response) => response.end(this.name);
  readonly server: Server;
  readonly management: Server;
  probe!: Probe;
  replica!: Replica;

  constructor(name: string) {
    this.name = name;
    this.server = createServer((incoming, response) => {
      this.requests.push(`${incoming.method} ${incoming.url}`);
      this.connections.add(incoming.socket);
      this.handle(incoming, response);
    });
    // It is not the server that closes what is idle.
    this.server.keepAliveTimeout = 0;
    this.management = createServer((_, response) => response.writeHead(this.ready ? 200 : 503).end());
  }

  async start(): Promise<void> {
    const [port, management] = await Promise.all([listen(this.server), listen(this.management)]);
    this.probe = new Probe(`http://127.0.0.1:${management}`, 5);
    this.replica = new Replica(this.name, port, this.probe);
    await this.is('ready');
  }

  async is(state: 'ready' | 'away'): Promise<void> {
    await until(() => this.probe.isReady === (state === 'ready'));
  }

  stop(): void {
    this.probe.stop();
    this.replica.close();
    for (const server of [this.server, this.management]) {
      server.close();
      server.closeAllConnections();
    }
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${condition}`);
    await sleep(2);
  }
}

interface Seen {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

describe('balancer', () => {
  const agent = new Agent({ keepAlive: true });
  let one: Backend;
  let other: Backend;
  let balancer: Balancer;

  beforeEach(async () => {
    [one, other] = [new Backend('one'), new Backend('other')];
    await Promise.all([one.start(), other.start()]);
    balancer = await Balancer.open([one.replica, other.replica]);
  });

  afterEach(async () => {
    await balancer.close();
    for (const backend of [one, other]) backend.stop();
  });

  afterAll(() => agent.destroy());

  const begin = (method: string, path: string, headers: Record<string, string> = {}) =>
    // It may break after its answer began, when nobody listens any more.
    request({ host: '127.0.0.1', port: balancer.port, method, path, headers, agent }).on('error', () => undefined);
  const ask = async (method: string, path: string, body = ''): Promise<Seen> => {
    const asked = begin(method, path, body === '' ? {} : { 'content-length': String(body.length) });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await text(answer), headers: answer.headers };
  };

  it('When all are ready, then they take turns, each over a connection that is kept', async () => {
    const bodies: string[] = [];
    for (let asked = 0; asked < 6; asked++) bodies.push((await ask('GET', '/')).body);

    expect(bodies).toEqual(['one', 'other', 'one', 'other', 'one', 'other']);
    expect([one.connections.size, other.connections.size]).toEqual([1, 1]);
  });

  it('When a request passes, then its line, headers and body stay what they were, and so does the answer', async () => {
    const seen: unknown[] = [];
    one.handle = async (incoming, response) => {
      const { method, url, headers } = incoming;
      seen.push({ method, url, key: headers['idempotency-key'], host: headers.host, body: await text(incoming) });
      response.writeHead(201, 'Made', { 'x-order': '7', 'content-type': 'text/plain' }).end('made');
    };
    const asked = begin('POST', '/v1/orders?x=%2F', {
      'Idempotency-Key': 'k',
      host: 'shop.example',
      'content-length': '4',
    });
    asked.end('body');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];

    expect([answer.statusCode, answer.statusMessage, answer.headers['x-order'], await text(answer)]).toEqual([
      201,
      'Made',
      '7',
      'made',
    ]);
    expect(seen).toEqual([{ method: 'POST', url: '/v1/orders?x=%2F', key: 'k', host: 'shop.example', body: 'body' }]);
  });

  it('When a POST has no body, then it gets none', async () => {
    const headers: unknown[] = [];
    const note: RequestListener = (incoming, response) => {
      headers.push(incoming.headers['transfer-encoding']);
      response.end();
    };
    [one.handle, other.handle] = [note, note];
    const socket = connect(balancer.port, '127.0.0.1');

    socket.write('POST / HTTP/1.1\r\nhost: x\r\n\r\n');

    await once(socket, 'data');
    socket.destroy();
    expect(headers).toEqual([undefined]);
  });

  it('When one is no longer ready, then it gets nothing new, ends what it has, and loses its idle connections', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    one.handle = (_, response) => begun.resolve(response);
    const slow = ask('POST', '/slow', 'body');
    const answer = await begun.promise;
    one.handle = (_, response) => response.end('one');
    await ask('GET', '/other');
    await ask('GET', '/one');
    const idle = [...one.connections].at(-1) as IncomingMessage['socket'];

    one.ready = false;
    await one.is('away');

    await until(() => idle.destroyed);
    for (let asked = 0; asked < 4; asked++) expect((await ask('GET', '/')).body).toBe('other');
    expect(one.replica.inFlight).toBe(1);
    answer.end('finished');
    expect(await slow).toMatchObject({ status: 200, body: 'finished' });
    expect(one.replica.inFlight).toBe(0);
    one.ready = true;
    await one.is('ready');
    expect([(await ask('GET', '/')).body, (await ask('GET', '/')).body].sort()).toEqual(['one', 'other']);
  });

  it('When nobody is ready, then the answer is 503 at once, as a problem, and the connection stays', async () => {
    one.ready = other.ready = false;
    await Promise.all([one.is('away'), other.is('away')]);

    const refused = await ask('POST', '/v1/orders', 'body');

    expect(refused).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(refused.body)).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'No replica is ready.',
    });
    expect([...one.requests, ...other.requests]).toEqual([]);
  });

  it('When a replica breaks off before it answers, then the client is reset and nobody else is asked', async () => {
    one.handle = ({ socket }) => socket.resetAndDestroy();

    await expect(ask('POST', '/v1/orders', 'body')).rejects.toThrow('ECONNRESET');

    expect([one.requests, other.requests]).toEqual([['POST /v1/orders'], []]);
  });

  it('When a replica breaks off within its answer, then so does the client hear it', async () => {
    one.handle = ({ socket }, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => socket.resetAndDestroy());
    };

    await expect(ask('GET', '/')).rejects.toThrow(/aborted|ECONNRESET/);
  });

  it('When a replica cannot be connected to, then another one is asked: nothing was sent', async () => {
    one.server.close();
    one.server.closeAllConnections();

    expect((await ask('POST', '/v1/orders', 'body')).body).toBe('other');
    expect((await ask('POST', '/v1/orders', 'body')).body).toBe('other');
  });

  it('When the client leaves, then the replica is left too', async () => {
    const left = Promise.withResolvers<void>();
    one.handle = (_, response) => response.on('close', left.resolve);
    const asked = begin('GET', '/events');
    asked.on('error', () => undefined);
    asked.end();
    await until(() => one.requests.length === 1);

    asked.destroy();

    await left.promise;
    await until(() => one.replica.inFlight === 0);
  });

  it('When an answer comes bit by bit, then so does the client get it', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    one.handle = (_, response) => begun.resolve(response);
    const asked = begin('GET', '/events');
    asked.end();
    const stream = await begun.promise;

    stream.flushHeaders();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    stream.write('first');

    expect(String((await once(answer, 'data'))[0])).toBe('first');
    stream.end();
    await once(answer, 'end');
  });
});

describe('probe', () => {
  it('When a process falls silent, then it is not ready until it answers again', async () => {
    const backend = new Backend('one');
    await backend.start();
    const answer = backend.management.listeners('request')[0] as RequestListener;

    backend.management.removeAllListeners('request');
    await backend.is('away');
    backend.management.on('request', answer);

    await backend.is('ready');
    backend.stop();
  });

  it('When a process is not there, then it is not ready', async () => {
    const backend = new Backend('one');
    await backend.start();

    backend.management.close();
    backend.management.closeAllConnections();

    await backend.is('away');
    backend.stop();
  });
});

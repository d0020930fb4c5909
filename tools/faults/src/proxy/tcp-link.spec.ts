import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { TcpLink } from './tcp-link.ts';

/** Sends back what it gets, and its end; keeps its connections for a look at them. */
class Echo {
  readonly sockets: Socket[] = [];
  readonly server: Server;
  received = '';
  readonly broken: string[] = [];

  constructor() {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      this.sockets.push(socket);
      socket.on('data', (data) => {
        this.received += data;
        socket.write(data);
      });
      socket.on('end', () => socket.end());
      socket.on('error', (error: NodeJS.ErrnoException) => this.broken.push(error.code ?? ''));
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }
}

/** What a client saw. */
class Client {
  readonly socket: Socket;
  text = '';
  end: 'none' | 'closed' | 'reset' = 'none';
  readonly arrivals: number[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (data) => {
      this.text += data;
      this.arrivals.push(performance.now());
    });
    this.socket.on('end', () => (this.end = 'closed'));
    this.socket.on(
      'error',
      (error: NodeJS.ErrnoException) => (this.end = error.code === 'ECONNRESET' ? 'reset' : 'none'),
    );
  }

  async has(text: string): Promise<void> {
    await until(() => this.text === text);
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${condition}`);
    await sleep(2);
  }
}

/** Long enough for bytes to have come through, had they been let. */
const aWhileMs = 60;

describe('tcp link', () => {
  let echo: Echo;
  let link: TcpLink;
  const clients: Client[] = [];

  const open = () => {
    const client = new Client(link.port);
    clients.push(client);
    return client;
  };
  const opened = async () => {
    const client = open();
    client.socket.write('hello');
    await client.has('hello');
    client.text = '';
    return client;
  };

  beforeEach(async () => {
    echo = new Echo();
    const port = await echo.listen();
    const target = () => ({ host: '127.0.0.1', port });
    link = await TcpLink.open({ name: 'client→echo', from: 'client', to: 'echo', target });
  });

  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    for (const socket of echo.sockets) socket.destroy();
    echo.server.close();
    await link.close();
  });

  it('When nothing is wrong, then bytes and ends go through both ways, and open connections are counted', async () => {
    const [one, other] = [await opened(), await opened()];
    expect([link.open, link.waiting]).toEqual([2, 0]);

    one.socket.end('bye');
    await until(() => one.end === 'closed');

    expect(one.text).toBe('bye');
    await until(() => link.open === 1);
    other.socket.destroy();
    await until(() => link.open === 0);
  });

  it('When much is sent, then all of it arrives, in order', async () => {
    const text = Array.from({ length: 200_000 }, (_, line) => `${line}\n`).join('');
    const [healthy, ill] = [open(), open()];
    healthy.socket.write(text);
    await until(() => healthy.text.length === text.length);
    expect(healthy.text).toBe(text);

    link.set({ kind: 'latency', ms: 5, jitterMs: 5 });
    ill.socket.write(text);
    await until(() => ill.text.length > 1_000);
    link.heal();

    await until(() => ill.text.length === text.length);
    expect(ill.text).toBe(text);
  });

  it('When one side is reset, then so is the other', async () => {
    const client = await opened();
    echo.sockets[0].resetAndDestroy();
    await until(() => client.end === 'reset');

    const another = await opened();
    another.socket.resetAndDestroy();
    await until(() => echo.broken.includes('ECONNRESET'));
  });

  it('When the server is not there, then the client is reset', async () => {
    echo.server.close();
    await once(echo.server, 'close');

    const client = open();

    await until(() => client.end === 'reset');
    await until(() => link.open === 0);
  });

  it('When all are reset, then both ends hear it', async () => {
    const client = await opened();

    link.reset();

    await until(() => client.end === 'reset' && echo.broken.includes('ECONNRESET'));
    expect((await opened()).end).toBe('none');
  });

  it('When there is latency, then bytes are late by it, and those behind them no later', async () => {
    const client = await opened();
    link.set({ kind: 'latency', ms: 100, direction: 'up' });
    const sentAt = performance.now();

    client.socket.write('a');
    await sleep(50);
    client.socket.write('b');

    await client.has('ab');
    const [first, second] = client.arrivals.slice(-2).map((at) => at - sentAt);
    expect(first).toBeGreaterThanOrEqual(99);
    expect(second).toBeGreaterThanOrEqual(149);
    expect(second).toBeLessThan(first + 99);
  });

  it('When latency is taken back, then what waits arrives at once', async () => {
    const client = await opened();
    link.set({ kind: 'latency', ms: 60_000 });
    client.socket.write('late');
    await sleep(aWhileMs);
    expect(client.text).toBe('');

    link.heal();

    await client.has('late');
  });

  it('When it is a black hole, then nobody hears anything, and after it all arrives', async () => {
    const client = await opened();
    link.set({ kind: 'blackhole' });

    client.socket.write('lost?');
    await sleep(aWhileMs);

    expect([client.text, client.end, echo.received, link.waiting]).toEqual(['', 'none', 'hello', 1]);
    link.heal();
    await client.has('lost?');
  });

  it('When only answers are lost, then requests arrive', async () => {
    const client = await opened();
    link.set({ kind: 'blackhole', direction: 'down' });

    client.socket.write('asked');
    await until(() => echo.received === 'helloasked');
    await sleep(aWhileMs);

    expect(client.text).toBe('');
    link.heal();
    await client.has('asked');
  });

  it('When one end goes into a black hole, then the other does not learn of it until it is healed', async () => {
    const client = await opened();
    link.set({ kind: 'blackhole' });
    client.socket.destroy();
    await sleep(aWhileMs);
    expect(echo.sockets[0].readableEnded).toBe(false);

    link.heal();

    await until(() => echo.sockets[0].readableEnded);
  });

  it('When somebody connects into a black hole, then the server sees nobody until it is healed', async () => {
    link.set({ kind: 'blackhole', direction: 'down' });
    const [patient, hasty] = [open(), open()];
    patient.socket.write('patient');
    hasty.socket.write('hasty');
    await until(() => link.open === 2);
    await sleep(aWhileMs);
    expect(echo.sockets).toHaveLength(0);
    hasty.socket.destroy();
    await until(() => link.open === 1);

    link.heal();

    await patient.has('patient');
    expect(echo.received).toBe('patient');
  });

  it('When it is cut after some bytes of an answer, then just those arrive and both ends are reset', async () => {
    const client = await opened();
    link.set({ kind: 'cut', afterBytes: 4, direction: 'down' });

    client.socket.write('ab');
    await client.has('ab');
    client.socket.write('cdefgh');

    await until(() => client.end === 'reset');
    expect([client.text, echo.received, link.cuts]).toEqual(['abcd', 'helloabcdefgh', 1]);
  });

  it('When it is throttled, then bytes come as slowly as that', async () => {
    const client = await opened();
    link.set({ kind: 'throttle', bytesPerSecond: 100, direction: 'down' });
    const startedAt = performance.now();

    client.socket.write('x'.repeat(30));

    await client.has('x'.repeat(30));
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThan(200);
    expect(client.arrivals.length).toBeGreaterThan(4);
  });

  it('When it is sliced, then the pieces are small and apart', async () => {
    const client = await opened();
    const before = client.arrivals.length;
    link.set({ kind: 'slicer', bytes: 2, pauseMs: 20, direction: 'down' });

    client.socket.write('abcdef');

    await client.has('abcdef');
    const [first, , third] = client.arrivals.slice(before);
    expect(third - first).toBeGreaterThanOrEqual(38);
  });

  it('When ends are slow, then an end is late and bytes are not', async () => {
    const client = await opened();
    link.set({ kind: 'slow-close', ms: 150 });
    const startedAt = performance.now();

    client.socket.end('bye');
    await client.has('bye');
    expect(echo.sockets[0].readableEnded).toBe(false);

    await until(() => client.end === 'closed');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299);
  });
});

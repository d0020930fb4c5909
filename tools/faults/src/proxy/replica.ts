import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';

import { headersOf } from './headers.ts';
import type { Probe } from './probe.ts';

/** What became of a request: answered (or given up by the client), refused before anything was sent, or broken off. */
export type Outcome = 'done' | 'refused' | 'broken';

/** Shorter than the services keep an idle connection. */
const idleMs = 20_000;

/** One process of a service, seen from the balancer. */
export class Replica {
  readonly name: string;
  private readonly port: number;
  private readonly probe: Probe;
  private readonly agent = new Agent({ keepAlive: true, timeout: idleMs });
  private underWay = 0;

  constructor(name: string, port: number, probe: Probe) {
    this.name = name;
    this.port = port;
    this.probe = probe;
    // What is idle belongs to a process that ends, or to one that has.
    probe.onChange(() => this.closeIdle());
  }

  get isReady(): boolean {
    return this.probe.isReady;
  }

  /** Requests that it was given and has not answered. */
  get inFlight(): number {
    return this.underWay;
  }

  /** `pass` brings the answer to the client and resolves when it has it. */
  async forward(
    request: IncomingMessage,
    gone: AbortSignal,
    pass: (answer: IncomingMessage) => Promise<void>,
  ): Promise<Outcome> {
    const upstream = this.begin(request);
    let answer: IncomingMessage | undefined;
    const giveUp = () => upstream.destroy();
    gone.addEventListener('abort', giveUp);
    this.underWay++;
    try {
      if (!(await isConnected(upstream))) return 'refused';
      request.pipe(upstream);
      answer = await answerTo(upstream);
      await pass(answer);
      return 'done';
    } catch {
      return gone.aborted ? 'done' : 'broken';
    } finally {
      this.underWay--;
      gone.removeEventListener('abort', giveUp);
      if (!answer?.complete) upstream.destroy();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private begin(request: IncomingMessage): ClientRequest {
    const { method, url, headers } = request;
    const upstream = httpRequest({
      agent: this.agent,
      host: '127.0.0.1',
      port: this.port,
      method,
      path: url,
      setHost: false,
    });
    for (const [name, value] of headersOf(request, ['transfer-encoding'])) upstream.appendHeader(name, value);
    // A POST without a body stays one.
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (!hasBody) upstream.useChunkedEncodingByDefault = false;
    upstream.on('error', () => undefined);
    return upstream;
  }

  private closeIdle(): void {
    for (const socket of Object.values(this.agent.freeSockets).flat()) socket?.destroy();
  }
}

/** False when the replica does not even take the connection: then nothing was sent, and another may be asked. */
async function isConnected(upstream: ClientRequest): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  upstream.once('error', () => resolve(false));
  upstream.once('socket', (socket: Socket) => {
    if (!socket.connecting) resolve(true);
    else socket.once('connect', () => resolve(true));
  });
  return promise;
}

async function answerTo(upstream: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  upstream.once('response', resolve);
  upstream.once('error', reject);
  upstream.once('close', () => reject(new Error('closed without an answer')));
  return promise;
}

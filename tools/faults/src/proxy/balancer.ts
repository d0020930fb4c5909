import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { headersOf } from './headers.ts';
import type { Replica } from './replica.ts';

/**
 * The one address of a service, over its replicas: a request goes to one that is ready, in turn, and to no second one, unless the
 * first could not even be connected to. What the replica does to its connection, the balancer does to the client's.
 */
export class Balancer {
  private readonly replicas: readonly Replica[];
  private readonly server: Server;
  private turn = 0;

  /** Listens on a free port of loopback. */
  static async open(replicas: readonly Replica[]): Promise<Balancer> {
    const balancer = new Balancer(replicas);
    balancer.server.listen(0, '127.0.0.1', 4_096);
    await once(balancer.server, 'listening');
    return balancer;
  }

  private constructor(replicas: readonly Replica[]) {
    this.replicas = replicas;
    // It is the replica that may lose patience.
    this.server = createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }, (request, response) => {
      void this.forward(request, response);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    for (const replica of this.inTurn()) {
      const outcome = await replica.forward(request, gone.signal, (answer) => pass(answer, response));
      if (outcome === 'done' || gone.signal.aborted) return;
      if (outcome === 'broken') return void request.socket.resetAndDestroy();
    }
    refuse(request, response);
  }

  /** Those that are ready, each request beginning with the next one. */
  private inTurn(): Replica[] {
    const ready = this.replicas.filter(({ isReady }) => isReady);
    const first = this.turn++ % Math.max(ready.length, 1);
    return [...ready.slice(first), ...ready.slice(0, first)];
  }
}

/** Resolves when the whole answer is with the client. @throws when the replica broke it off */
async function pass(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersOf(answer).flat());
  response.flushHeaders();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  answer.on('error', reject);
  answer.on('close', () => (answer.complete ? undefined : reject(new Error('broken off'))));
  response.on('close', resolve);
  answer.pipe(response);
  await promise;
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'No replica is ready.' };
  request.resume();
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
  response.end(JSON.stringify(problem));
}

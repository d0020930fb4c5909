import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands for the order-processor. Answers what the test says, and remembers what it was asked. */
export class OrdersStandIn {
  readonly asked: { url?: string; authorization?: string; deadline: boolean }[] = [];
  reply: Reply = answering(200, { items: [], nextCursor: null });
  readonly #server = createServer((request, response) => {
    const { url, headers } = request;
    this.asked.push({ url, authorization: headers.authorization, deadline: 'x-request-timeout-ms' in headers });
    this.reply(request, response);
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.url;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export function answering(status: number, body: object): Reply {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

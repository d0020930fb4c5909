import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { generateSigningJwk, importSigningKey, signAccessToken } from '@towpath/auth';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (seen: Seen, response: ServerResponse) => unknown;

const fine: Answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');

const id = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';

/**
 * Stands for the services behind the gateway, as a real HTTP server: remembers what it is asked, answers as the test says, and
 * has the keys of the user service.
 */
export class StandIn {
  readonly seen: Seen[] = [];
  answer: Answer = fine;
  /** Sessions that have ended, as the user service lists them. */
  ended: { id: string; until: string }[] = [];
  /** How the list is given, when not well. */
  answerEnded?: Answer;
  private readonly key = generateSigningJwk().then(importSigningKey);
  private readonly server: Server;

  constructor() {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = request;
      if (url === '/.well-known/jwks.json') return response.end(JSON.stringify({ keys: [(await this.key).publicJwk] }));
      if (url === '/internal/revoked-sessions') return this.listEnded(response);
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      this.seen.push(seen);
      return this.answer(seen, response);
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async token(role = 'customer', user: { id?: string; sessionId?: string } = {}): Promise<string> {
    return signAccessToken(await this.key, { id, sessionId: id, ...user, roles: [role] }, 60_000);
  }

  reset(): void {
    this.seen.length = 0;
    this.answer = fine;
    this.ended = [];
    this.answerEnded = undefined;
  }

  private listEnded(response: ServerResponse): unknown {
    const body = JSON.stringify({ sessions: this.ended });
    const seen = { method: 'GET', url: '/internal/revoked-sessions', headers: {}, body };
    return this.answerEnded ? this.answerEnded(seen, response) : response.end(body);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { generateSigningJwk, importSigningKey, signAccessToken, type SigningKey } from '@towpath/auth';
import { newId } from '@towpath/database';

const lifetimeMs = 600_000;

export interface TokenFor {
  readonly id?: string;
  readonly roles?: readonly string[];
}

/** Stands for the user service where a test is about another one: serves its keys and that no session has ended, and signs tokens with them. */
export class TokenIssuer {
  private constructor(
    private readonly key: SigningKey,
    private readonly server: Server,
  ) {}

  static async start(): Promise<TokenIssuer> {
    const key = importSigningKey(await generateSigningJwk());
    const server = createServer(({ url }, response) => {
      const ended = url === '/internal/revoked-sessions';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(ended ? { sessions: [] } : { keys: [key.publicJwk] }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TokenIssuer(key, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  token({ id = newId(), roles = ['customer'] }: TokenFor = {}): Promise<string> {
    return signAccessToken(this.key, { id, roles: [...roles], sessionId: newId() }, lifetimeMs);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

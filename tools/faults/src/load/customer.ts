import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { UserError } from '@towpath/local';

import type { Client } from './client.ts';

/** E-mail and password. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** A token is renewed when so much of its life is over. */
const renewAfter = 0.5;
const pauseMs = 200;
const logInWithinMs = 60_000;

/** Somebody who has logged in, and stays so: tokens are renewed by refreshing, for a password is dear to check. */
export class Customer {
  readonly id: string;
  private readonly client: Client;
  private readonly credentials: Credentials;
  private session: Session;
  private renewAt = 0;
  private expiresAt = 0;
  private renewing: Promise<void> | undefined;

  static async register(client: Client): Promise<Customer> {
    let credentials!: Credentials;
    // One more who buys nothing does no harm.
    const { status, text, error } = await client.sendUntilKnown(5, () => {
      credentials = { email: `${randomUUID()}@towpath.example`, password: randomUUID() };
      return { method: 'POST', path: '/v1/users', json: { ...credentials, name: 'A customer' } };
    });
    if (status === undefined || status >= 300) throw new UserError(`No customer could register: ${text ?? error}`);
    return Customer.logIn(client, credentials);
  }

  /** Tries for a while. @throws UserError */
  static async logIn(client: Client, credentials: Credentials): Promise<Customer> {
    const giveUpAt = performance.now() + logInWithinMs;
    for (;;) {
      const session = await open(client, credentials);
      if (session) return new Customer(client, credentials, session);
      if (performance.now() > giveUpAt) throw new UserError(`${credentials.email} could not log in.`);
      await sleep(pauseMs);
    }
  }

  private constructor(client: Client, credentials: Credentials, session: Session) {
    this.client = client;
    this.credentials = credentials;
    this.session = session;
    this.id = subjectOf(session.accessToken);
    this.keep(session);
  }

  /** One that is good as far as we know: a shop that cannot renew it now will refuse it later. */
  async token(): Promise<string> {
    const now = performance.now();
    if (now > this.renewAt) {
      this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
      if (now > this.expiresAt) await this.renewing;
    }
    return this.session.accessToken;
  }

  /** A refresh token is good for one use: where it is unknown whether it was used, only the password is left. */
  private async renew(): Promise<void> {
    const { refreshToken } = this.session;
    const refreshed = await post(this.client, '/v1/sessions/refresh', { refreshToken });
    const session = refreshed ?? (await open(this.client, this.credentials));
    if (session) this.keep(session);
    else this.renewAt = performance.now() + pauseMs;
  }

  private keep(session: Session): void {
    this.session = session;
    const lifeMs = session.expiresInSeconds * 1000;
    this.renewAt = performance.now() + lifeMs * renewAfter;
    this.expiresAt = performance.now() + lifeMs;
  }
}

const open = (client: Client, { email, password }: Credentials): Promise<Session | undefined> =>
  post(client, '/v1/sessions', { email, password });

async function post(client: Client, path: string, json: object): Promise<Session | undefined> {
  const { status, text } = await client.send({ method: 'POST', path, json });
  return status !== undefined && status < 300 ? (JSON.parse(text ?? '') as Session) : undefined;
}

function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as { sub: string };
  return claims.sub;
}

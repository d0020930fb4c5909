import { randomUUID } from 'node:crypto';

import type { HttpReply, ServiceUnderTest } from '@towpath/testing';

/** What a client holds while it is logged in. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

const from = (userAgent?: string) => (userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } });

/** A person with an account, and what such a person does. */
export class Person {
  private constructor(
    private readonly shop: ServiceUnderTest,
    readonly email: string,
    public password: string,
    readonly name: string,
  ) {}

  static async register(shop: ServiceUnderTest, name = 'Ada'): Promise<Person> {
    const email = `${name.toLowerCase().replaceAll(' ', '-')}-${randomUUID()}@example.com`;
    const person = new Person(shop, email, `password of ${randomUUID()}`, name);
    await person.register();
    return person;
  }

  register(): Promise<HttpReply> {
    const { email, password, name } = this;
    return this.shop.http.post('/v1/users', { email, password, name });
  }

  tryLogIn(password = this.password, userAgent?: string): Promise<HttpReply> {
    return this.shop.http.post('/v1/sessions', { email: this.email, password }, from(userAgent));
  }

  async logIn(userAgent?: string): Promise<Tokens> {
    const { status, body } = await this.tryLogIn(this.password, userAgent);
    if (status !== 201) throw new Error(`${this.email} cannot log in: ${status}`);
    return body as Tokens;
  }

  refresh(refreshToken: string, userAgent?: string): Promise<HttpReply> {
    return this.shop.http.post('/v1/sessions/refresh', { refreshToken }, from(userAgent));
  }

  me({ accessToken }: Pick<Tokens, 'accessToken'>): Promise<HttpReply> {
    return this.shop.http.get('/v1/me', { token: accessToken });
  }

  /** Whether the session answers to its access token, and is listed as ended by now. */
  async standing(tokens: Tokens): Promise<{ me: number; isRevoked: boolean }> {
    const { body } = await this.shop.http.get('/internal/revoked-sessions');
    const revoked = body.sessions as { id: string }[];
    return { me: (await this.me(tokens)).status, isRevoked: revoked.some(({ id }) => id === tokens.sessionId) };
  }
}

/** An answer without what differs from one request to the next. */
export function masked({ status, body, headers }: HttpReply): object {
  const { date: _, traceparent: __, 'content-length': ___, ...rest } = headers;
  return { status, body: { ...body, traceId: 'masked', instance: 'masked' }, headers: rest };
}

export const goesOn = { me: 200, isRevoked: false };
export const hasEnded = { me: 401, isRevoked: true };

import { Logger } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { signAccessToken } from '@towpath/auth';
import { Database, newId, sql } from '@towpath/database';
import { Metrics } from '@towpath/metrics';
import { givenService } from '@towpath/testing';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';

import { AccountRepository } from '../src/accounts/account.repository.ts';
import { Passwords } from '../src/accounts/passwords.ts';
import { SigningKeys } from '../src/sessions/signing-keys.ts';
import { UserModule } from '../src/user.module.ts';
import { leastCpuOf } from './least-cpu.ts';
import { userSettings } from './secret-files.ts';

describe('logging in', () => {
  afterEach(() => jest.restoreAllMocks());
  const shop = givenService(UserModule, { environment: userSettings });
  const ada = { email: 'ada@example.com', password: 'difference engine', name: 'Ada' };

  beforeAll(() => shop.http.post('/v1/users', ada));

  const logIn = (email = ada.email, password = ada.password) => shop.http.post('/v1/sessions', { email, password });
  const me = (token?: string) => shop.http.get('/v1/me', token ? { token } : {});

  it('When the password is right, then there is a session and a token that says who it is', async () => {
    const { status, body } = await logIn();

    expect({ status, body }).toEqual({
      status: 201,
      body: {
        accessToken: expect.any(String),
        tokenType: 'Bearer',
        expiresInSeconds: 600,
        sessionId: expect.any(String),
        refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
    expect(await shop.database.rows(sql`SELECT id FROM session WHERE id = ${body.sessionId}`)).toHaveLength(1);
    expect(await me(body.accessToken)).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        id: expect.any(String),
        email: 'ada@example.com',
        name: 'Ada',
        roles: ['customer'],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
  });

  it('When a token is issued, then it holds what access tokens hold and verifies with the published keys', async () => {
    const { body } = await logIn();
    const published = await shop.http.get('/.well-known/jwks.json');

    const { payload } = await jwtVerify(body.accessToken, createLocalJWKSet(published.body as JSONWebKeySet));

    expect(decodeProtectedHeader(body.accessToken)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: published.body.keys[0].kid,
    });
    expect(payload).toEqual({
      iss: 'towpath',
      aud: 'towpath-api',
      sub: (await me(body.accessToken)).body.id,
      sid: body.sessionId,
      jti: expect.any(String),
      roles: ['customer'],
      iat: expect.any(Number),
      nbf: payload.iat,
      exp: Number(payload.iat) + 600,
    });
  });

  it('When the keys are asked for, then they are public, cacheable and without their private part', async () => {
    const { status, headers, body } = await shop.http.get('/.well-known/jwks.json');

    expect({ status, cacheControl: headers['cache-control'], body }).toEqual({
      status: 200,
      cacheControl: 'public, max-age=600',
      body: {
        keys: [
          {
            kty: 'EC',
            crv: 'P-256',
            alg: 'ES256',
            use: 'sig',
            kid: expect.any(String),
            x: expect.any(String),
            y: expect.any(String),
          },
        ],
      },
    });
  });

  it('When the password is wrong or the address unknown, then the answer and its work are the same', async () => {
    const wrong = await leastCpuOf(() => logIn(ada.email, 'indifference engine'));
    const unknown = await leastCpuOf(() => logIn('nobody@example.com'));

    expect(wrong.answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(masked(unknown.answer)).toEqual(masked(wrong.answer));
    expect(unknown.cpu / wrong.cpu).toBeGreaterThan(0.3);
  });

  it('When a password was hashed at less cost than today, then logging in hashes it anew', async () => {
    const weak = await hash(ada.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await addAccount('weak@example.com', weak);
    const hashNow = () =>
      shop.database.one(sql`SELECT password_hash AS "passwordHash" FROM account WHERE email = 'weak@example.com'`);

    expect(await logIn('weak@example.com', 'not the password')).toMatchObject({ status: 401 });
    expect(await hashNow()).toEqual({ passwordHash: weak });
    expect(await logIn('weak@example.com')).toMatchObject({ status: 201 });

    expect(await hashNow()).toEqual({ passwordHash: expect.stringContaining('$m=19456,t=2,p=1$') });
    expect(await logIn('weak@example.com')).toMatchObject({ status: 201 });
  });

  it('When the password was changed while somebody logged in, then the renewed hash of the old one is dropped', async () => {
    await addAccount('changed@example.com', 'hash of the new password');
    const account = await shop.get(AccountRepository).findByEmail('changed@example.com');

    await shop
      .get(Database)
      .transaction((tx) =>
        shop
          .get(AccountRepository)
          .replaceHash(tx, { ...account!, passwordHash: 'hash of the old password' }, 'renewed'),
      );

    expect(await shop.get(AccountRepository).findByEmail('changed@example.com')).toEqual(account);
  });

  it('When the password changes while somebody logs in with the old one, then there is no session', async () => {
    await addAccount('overtaken@example.com', await hash(ada.password));
    const newHash = await hash('another password');
    const matches = jest.spyOn(shop.get(Passwords), 'matches').mockImplementationOnce(async () => {
      await shop.database.rows(
        sql`UPDATE account SET password_hash = ${newHash} WHERE email = 'overtaken@example.com'`,
      );
      return true;
    });

    expect(await logIn('overtaken@example.com')).toMatchObject({ status: 401 });

    expect(matches).toHaveBeenCalledTimes(2);
    expect(
      await shop.database.rows(
        sql`SELECT s.id FROM session s JOIN account a ON a.id = account_id WHERE email = 'overtaken@example.com'`,
      ),
    ).toEqual([]);
  });

  it('When somebody logs in or fails to, then that is counted, noted, and in the log without what was typed', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const count = async (outcome: string) =>
      (await shop.get(Metrics).registry.getSingleMetric('log_ins_total')?.get())?.values.find(
        ({ labels }) => labels['outcome'] === outcome,
      )?.value ?? 0;
    const [opened, refused] = [await count('opened'), await count('refused')];

    const { body } = await logIn();
    await logIn(ada.email, 'indifference engine');
    await logIn('nobody@example.com');

    const { id } = (await me(body.accessToken)).body;
    expect([await count('opened'), await count('refused')]).toEqual([opened + 1, refused + 2]);
    expect(warn.mock.calls).toEqual([
      [{ msg: 'a log-in was refused', accountId: id }],
      [{ msg: 'a log-in was refused', accountId: null }],
    ]);
    expect(
      await shop.database.rows(sql`SELECT actor, action, detail FROM audit_event WHERE subject = ${body.sessionId}`),
    ).toEqual([{ actor: id, action: 'session.opened', detail: {} }]);
    expect(
      await shop.database.rows(sql`SELECT action FROM audit_event WHERE actor = ${id} AND action <> 'session.opened'`),
    ).toEqual([]);
  });

  it('When more log in at once than can be worked on, then the rest are told to come back and nobody is failed', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => logIn()));

    const turnedAway = answers.filter(({ status }) => status !== 201);
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(turnedAway).toEqual(
      turnedAway.map(() =>
        expect.objectContaining({
          status: 503,
          headers: expect.objectContaining({ 'retry-after': expect.any(String) }),
        }),
      ),
    );
  });

  it('When there is no good token, then nobody is told who they are', async () => {
    const { sessionId } = (await logIn()).body;
    const speakingFor = (user: { id: string; sessionId: string }) =>
      signAccessToken(shop.get(SigningKeys).current, { ...user, roles: [] }, 60_000);
    const gone = await speakingFor({ id: newId(), sessionId: newId() });
    const stranger = await speakingFor({ id: newId(), sessionId });

    for (const token of [undefined, 'nonsense', await shop.token(), gone, stranger]) {
      expect(await me(token)).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    }
    expect(await shop.http.get('/v1/sessions', { token: stranger })).toMatchObject({ status: 401 });
  });

  it.each([
    ['no body', undefined],
    ['no password', { email: ada.email }],
    ['a password that is an object', { email: ada.email, password: { $ne: '' } }],
    ['an unknown field', { ...ada }],
  ])('When somebody logs in with %s, then it is refused', async (_, body) => {
    expect(await shop.http.post('/v1/sessions', body)).toMatchObject({ status: 400 });
  });

  async function addAccount(email: string, passwordHash: string) {
    await shop.database.rows(sql`
      INSERT INTO account (id, email, name, password_hash, roles) VALUES (${newId()}, ${email}, 'Weak', ${passwordHash}, ARRAY['customer'])`);
  }

  const masked = ({ status, body, headers }: Awaited<ReturnType<typeof logIn>>) => ({
    status,
    body: { ...body, traceId: 'masked' },
    headers: { ...headers, date: 'masked', traceparent: 'masked' },
  });
});

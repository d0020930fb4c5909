import { createHash } from 'node:crypto';

import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { goesOn, hasEnded, masked, Person } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('refreshing a session', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  beforeAll(async () => (ada = await Person.register(shop)));

  const reuses = (sessionId: string) =>
    shop.database.rows(sql`
      SELECT actor, subject FROM audit_event WHERE action = 'session.refresh-reused' AND subject = ${sessionId}`);
  const setBack = (sessionId: string, column: 'last_used_at' | 'created_at', ms: number) =>
    shop.database.rows(
      column === 'created_at'
        ? sql`UPDATE session SET created_at = now() - ${ms} * interval '1 millisecond' WHERE id = ${sessionId}`
        : sql`UPDATE session SET last_used_at = now() - ${ms} * interval '1 millisecond' WHERE id = ${sessionId}`,
    );

  it('When the refresh token is good, then there are new tokens of the same session', async () => {
    const first = await ada.logIn();

    const { status, body } = await ada.refresh(first.refreshToken);

    expect({ status, body }).toEqual({
      status: 200,
      body: {
        accessToken: expect.any(String),
        tokenType: 'Bearer',
        expiresInSeconds: 600,
        sessionId: first.sessionId,
        refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
    expect([first.accessToken, first.refreshToken]).not.toContain(body.accessToken);
    expect(body.refreshToken).not.toBe(first.refreshToken);
    expect(await ada.standing(body)).toEqual(goesOn);
    expect((await ada.refresh(body.refreshToken)).status).toBe(200);
  });

  it('When a token is stored, then only as its hash', async () => {
    const { refreshToken, sessionId } = await ada.logIn();

    const stored = await shop.database.rows<{ hash: Buffer; row: string }>(
      sql`SELECT hash, t::text AS row FROM refresh_token t WHERE session_id = ${sessionId}`,
    );

    expect(stored.map(({ hash }) => hash)).toEqual([createHash('sha256').update(refreshToken).digest()]);
    expect(stored[0]?.row).not.toContain(refreshToken);
  });

  it('When a token is used a second time, then its session ends for whoever has it, and that is noted once', async () => {
    const first = await ada.logIn();
    const second = (await ada.refresh(first.refreshToken)).body;

    const reused = await ada.refresh(first.refreshToken);

    expect(reused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    expect(await ada.standing(second)).toEqual(hasEnded);
    expect((await ada.refresh(second.refreshToken)).status).toBe(401);
    expect((await ada.refresh(first.refreshToken)).status).toBe(401);
    expect(await reuses(first.sessionId)).toEqual([{ actor: expect.any(String), subject: first.sessionId }]);
  });

  it('When a token is used twice at once, then one is answered and the session ends', async () => {
    for (let round = 0; round < 10; round += 1) {
      const first = await ada.logIn();

      const answers = await Promise.all([ada.refresh(first.refreshToken), ada.refresh(first.refreshToken)]);

      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
      const winner = answers.find(({ status }) => status === 200);
      expect((await ada.refresh(winner?.body.refreshToken)).status).toBe(401);
      expect(await ada.standing(winner?.body)).toEqual(hasEnded);
      expect(await reuses(first.sessionId)).toHaveLength(1);
    }
  });

  it('When one session ends by a reused token, then the others of the person go on', async () => {
    const [stolen, other] = [await ada.logIn(), await ada.logIn()];
    await ada.refresh(stolen.refreshToken);

    await ada.refresh(stolen.refreshToken);

    expect(await ada.standing(other)).toEqual(goesOn);
    expect((await ada.refresh(other.refreshToken)).status).toBe(200);
  });

  const day = 86_400_000;
  it.each([
    ['was not used for 7 days', 'last_used_at', 7 * day],
    ['is 30 days old', 'created_at', 30 * day],
  ] as const)('When a session %s, then it cannot be refreshed, and a moment before it can', async (_, column, ms) => {
    const [late, inTime] = [await ada.logIn(), await ada.logIn()];
    await setBack(late.sessionId, column, ms);
    await setBack(inTime.sessionId, column, ms - 60_000);

    expect((await ada.refresh(late.refreshToken)).status).toBe(401);
    expect((await ada.refresh(inTime.refreshToken)).status).toBe(200);
    expect(await reuses(late.sessionId)).toEqual([]);
  });

  it('When a token does not hold, then every cause has the same answer', async () => {
    const [used, ended, expired] = [await ada.logIn(), await ada.logIn(), await ada.logIn()];
    await ada.refresh(used.refreshToken);
    await shop.http.delete('/v1/sessions/current', undefined, { token: ended.accessToken });
    await setBack(expired.sessionId, 'created_at', 31 * day);

    const unknown = await ada.refresh('x'.repeat(43));
    const others = await Promise.all([used, ended, expired].map(({ refreshToken }) => ada.refresh(refreshToken)));

    expect(unknown.status).toBe(401);
    for (const other of others) expect(masked(other)).toEqual(masked(unknown));
  });

  it('When one kind of token is used for the other, then it is refused', async () => {
    const { accessToken, refreshToken } = await ada.logIn();

    expect((await ada.me({ accessToken: refreshToken })).status).toBe(401);
    expect(masked(await ada.refresh(accessToken))).toEqual(masked(await ada.refresh('x'.repeat(43))));
    expect((await ada.refresh(accessToken)).status).toBe(401);
  });

  it('When the roles of a person have changed, then the next access token says so', async () => {
    const grace = await Person.register(shop, 'Grace');
    const { refreshToken } = await grace.logIn();
    await shop.database.rows(sql`UPDATE account SET roles = ARRAY['customer', 'admin'] WHERE email = ${grace.email}`);

    const { body } = await grace.refresh(refreshToken);

    const [, claims = ''] = String(body.accessToken).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ roles: ['customer', 'admin'] });
  });
});

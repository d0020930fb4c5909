import { Database, sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { SessionRepository } from '../src/sessions/session.repository.ts';
import { SessionHousekeeping } from '../src/sessions/session-housekeeping.ts';
import { UserModule } from '../src/user.module.ts';
import { goesOn, hasEnded, masked, Person, type Tokens } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('sessions', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  beforeEach(async () => (ada = await Person.register(shop)));

  const list = ({ accessToken }: Tokens, query = '') => shop.http.get(`/v1/sessions${query}`, { token: accessToken });
  const end = (id: string, { accessToken }: Tokens) =>
    shop.http.delete(`/v1/sessions/${id}`, undefined, { token: accessToken });

  it('When somebody looks where they are logged in, then open sessions are listed, newest first', async () => {
    const first = await ada.logIn('Lynx/2.9');
    const second = await ada.logIn('curl/8.5.0');
    await ada.refresh(first.refreshToken, 'Lynx/3.0');
    await (await Person.register(shop, 'Grace')).logIn();
    await ada.refresh((await ada.logIn()).refreshToken);
    const gone = await ada.logIn();
    await end(gone.sessionId, gone);
    const old = await ada.logIn();
    await shop.database.rows(sql`UPDATE session SET created_at = '2020-01-01' WHERE id = ${old.sessionId}`);

    const { status, body } = await list(second);

    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const entry = { createdAt: moment, lastUsedAt: moment };
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        items: [
          { ...entry, id: expect.any(String), userAgent: null, current: false },
          { ...entry, id: second.sessionId, userAgent: 'curl/8.5.0', current: true },
          { ...entry, id: first.sessionId, userAgent: 'Lynx/3.0', current: false },
        ],
        nextCursor: null,
      },
    });
    const [, , refreshed] = body.items;
    expect(refreshed.lastUsedAt > refreshed.createdAt).toBe(true);
  });

  it('When there are more than fit a page, then the cursor leads through all of them', async () => {
    const opened = [await ada.logIn(), await ada.logIn(), await ada.logIn()];
    const ids = [];

    let query = '?limit=2';
    while (query) {
      const { body } = await list(opened[0]!, query);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      query = body.nextCursor && `?limit=2&cursor=${body.nextCursor}`;
    }

    expect(ids).toEqual(opened.map(({ sessionId }) => sessionId).toReversed());
  });

  it('When somebody logs out, then both tokens are dead and the other session goes on', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    const answer = await shop.http.delete('/v1/sessions/current', undefined, { token: here.accessToken });

    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(await ada.standing(here)).toEqual(hasEnded);
    expect((await ada.refresh(here.refreshToken)).status).toBe(401);
    expect(await ada.standing(there)).toEqual(goesOn);
  });

  it('When somebody logs out somewhere else, then that session ends and this one goes on', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    expect(await end(there.sessionId, here)).toMatchObject({ status: 204, body: '' });

    expect(await ada.standing(there)).toEqual(hasEnded);
    expect(await ada.standing(here)).toEqual(goesOn);
    expect(await end(there.sessionId, here)).toMatchObject({ status: 404 });
  });

  it("When a session is somebody else's, then it looks like one that never was, and goes on", async () => {
    const grace = await Person.register(shop, 'Grace');
    const [mine, hers] = [await ada.logIn(), await grace.logIn()];

    const notMine = await end(hers.sessionId, mine);
    const noSuch = await end('0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70', mine);

    expect(notMine.status).toBe(404);
    expect(masked(notMine)).toEqual(masked(noSuch));
    expect(await grace.standing(hers)).toEqual(goesOn);
  });

  it('When a session has ended, then its access token gets the answer of any that does not hold, on every route', async () => {
    const tokens = await ada.logIn();
    await end(tokens.sessionId, tokens);
    const nonsense = await shop.http.get('/v1/me', { token: 'nonsense' });
    const options = { token: tokens.accessToken };

    const answers = await Promise.all([
      shop.http.get('/v1/me', options),
      shop.http.get('/v1/me/export', options),
      shop.http.get('/v1/sessions', options),
      shop.http.delete('/v1/sessions/current', undefined, options),
      shop.http.delete(`/v1/sessions/${tokens.sessionId}`, undefined, options),
      shop.http.delete('/v1/me', { password: ada.password }, options),
      shop.http.put('/v1/me/password', { currentPassword: ada.password, newPassword: 'another password' }, options),
    ]);

    expect(nonsense.status).toBe(401);
    for (const answer of answers) expect(masked(answer)).toEqual(masked(nonsense));
    expect((await ada.tryLogIn()).status).toBe(201);
  });

  it('When a session has ended, then it is listed as revoked until no access token of it can live', async () => {
    const [tokens, unused] = [await ada.logIn(), await ada.logIn()];
    const issuedAt = Date.now();
    const listed = async ({ sessionId }: Tokens) => {
      const { body } = await shop.http.get('/internal/revoked-sessions');
      return body.sessions.find(({ id }: { id: string }) => id === sessionId);
    };
    const setBack = ({ sessionId }: Tokens) =>
      shop.database.rows(
        sql`UPDATE session SET last_used_at = last_used_at - interval '690 seconds' WHERE id = ${sessionId}`,
      );
    await setBack(unused);
    await end(unused.sessionId, tokens);
    await end(tokens.sessionId, tokens);

    const entry = await listed(tokens);

    expect(entry).toEqual({ id: tokens.sessionId, until: expect.any(String) });
    expect(Math.abs(Date.parse(entry.until) - issuedAt - 690_000)).toBeLessThan(10_000);
    expect(await listed(unused)).toBeUndefined();
    await setBack(tokens);
    expect(await listed(tokens)).toBeUndefined();
  });

  it('When an account has a thousand sessions, then one more ends the one that was used longest ago', async () => {
    const [first, second] = [await ada.logIn(), await ada.logIn()];
    await shop.database.rows(sql`
      INSERT INTO session (id, account_id)
      SELECT gen_random_uuid(), account_id FROM session, generate_series(1, 998) WHERE id = ${first.sessionId}`);
    const refreshed = (await ada.refresh(first.refreshToken)).body;

    const last = await ada.logIn();

    expect(await Promise.all([refreshed, second, last].map((each) => ada.standing(each)))).toEqual([
      goesOn,
      hasEnded,
      goesOn,
    ]);
    const { count } = await shop.database.one<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM session WHERE ended_at IS NULL
      AND account_id = (SELECT id FROM account WHERE email = ${ada.email})`);
    expect(count).toBe(1_000);
  });

  it('When sessions have expired, and their access tokens too, then they are forgotten, some at a time', async () => {
    const [idle, tooOld, justEnded, open] = [
      await ada.logIn(),
      await ada.logIn(),
      await ada.logIn(),
      await ada.logIn(),
    ];
    await end(justEnded.sessionId, open);
    await shop.database.rows(sql`
      UPDATE session SET last_used_at = now() - interval '7 days' WHERE id IN (${idle.sessionId}, ${justEnded.sessionId})`);
    await shop.database.rows(sql`
      UPDATE session SET created_at = now() - interval '30 days', last_used_at = now() - interval '61 minutes'
      WHERE id = ${tooOld.sessionId}`);
    await shop.database.rows(sql`
      INSERT INTO refresh_token (hash, session_id, used_at)
      SELECT sha256(n::text::bytea), ${idle.sessionId}::uuid, now() FROM generate_series(1, 3) AS n`);
    const known = () =>
      shop.database.rows(sql`
        SELECT s.id, count(t)::int AS tokens FROM session s LEFT JOIN refresh_token t ON t.session_id = s.id
        WHERE s.account_id = (SELECT id FROM account WHERE email = ${ada.email}) GROUP BY s.id ORDER BY s.id`);
    const sessions = shop.get(SessionRepository);

    const steps: number[] = [];
    while (steps.at(-1) !== 0) steps.push(await sessions.forgetExpired(3));

    // Five tokens, then two sessions.
    expect(steps).toEqual([3, 2, 2, 0]);
    expect(await known()).toEqual([
      { id: justEnded.sessionId, tokens: 1 },
      { id: open.sessionId, tokens: 1 },
    ]);
  });

  it('When somebody else is removing the tokens of a session, then it waits for that', async () => {
    const { sessionId } = await ada.logIn();
    await shop.database.rows(
      sql`UPDATE session SET created_at = '2026-01-01', last_used_at = '2026-01-01' WHERE id = ${sessionId}`,
    );

    const gone = await shop.get(Database).transaction(async (tx) => {
      await tx.run(sql`SELECT FROM refresh_token WHERE session_id = ${sessionId} FOR UPDATE`);
      return shop.get(SessionRepository).forgetExpired(10);
    });

    expect(gone).toBe(0);
  });

  it('When it is time to look for expired sessions, then all of them go, however many tokens they had', async () => {
    const { sessionId } = await ada.logIn();
    await shop.database.rows(sql`
      INSERT INTO refresh_token (hash, session_id, used_at)
      SELECT sha256(('old ' || n)::bytea), ${sessionId}::uuid, now() FROM generate_series(1, 2500) AS n`);
    await shop.database.rows(
      sql`UPDATE session SET created_at = '2026-01-01', last_used_at = '2026-01-01' WHERE id = ${sessionId}`,
    );

    shop.get(SessionHousekeeping).wake();

    const known = () => shop.database.rows(sql`SELECT FROM session WHERE id = ${sessionId}`);
    await shop.eventually(known).toEqual([]);
  });
});

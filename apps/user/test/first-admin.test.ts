import { Logger } from '@nestjs/common';
import { sql } from '@towpath/database';
import { Unavailable } from '@towpath/errors';
import { givenService } from '@towpath/testing';

import { AccountRepository } from '../src/accounts/account.repository.ts';
import { FirstAdmin } from '../src/accounts/first-admin.ts';
import { UserModule } from '../src/user.module.ts';
import { secretFile, userSettings } from './secret-files.ts';

describe('the first admin', () => {
  const credentials = { email: 'Admin@example.com', password: 'generated secret' };
  const write = (content: unknown) => secretFile('first-admin.json', content);
  const shop = givenService(UserModule, {
    environment: async () => ({ ...(await userSettings()), FIRST_ADMIN_FILE: write(credentials) }),
  });

  const startAgain = () => shop.get(FirstAdmin).onApplicationBootstrap();
  const logIn = (password: string) => shop.http.post('/v1/sessions', { email: credentials.email, password });
  const admins = () => shop.database.rows(sql`SELECT email, roles FROM account WHERE 'admin' = ANY (roles)`);
  const theAdmin = { email: 'admin@example.com', roles: ['customer', 'admin'] };

  beforeEach(async () => {
    write(credentials);
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);
    await startAgain();
  });

  it('When the service starts, then the admin of the file can log in', async () => {
    const { body } = await logIn(credentials.password);

    expect(await shop.http.get('/v1/me', { token: body.accessToken })).toMatchObject({ status: 200, body: theAdmin });
  });

  it('When it starts again with another password in the file, then the admin stays as is', async () => {
    write({ ...credentials, password: 'another secret' });

    await startAgain();

    expect(await logIn('another secret')).toMatchObject({ status: 401 });
    expect(await logIn(credentials.password)).toMatchObject({ status: 201 });
  });

  it('When several processes start at once, then there is one admin', async () => {
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);

    await Promise.all([startAgain(), startAgain(), startAgain()]);

    expect(await admins()).toEqual([theAdmin]);
    expect(
      await shop.database.rows(sql`
        SELECT e.actor, e.action, e.detail FROM audit_event e JOIN account a ON a.id::text = e.subject ORDER BY e.id DESC LIMIT 1`),
    ).toEqual([{ actor: 'operator:FIRST_ADMIN_FILE', action: 'role.granted', detail: { role: 'admin' } }]);
  });

  it('When the database cannot answer just then, then the start waits until it can', async () => {
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);
    const answer = jest.spyOn(AccountRepository.prototype, 'hasAdmin');
    answer.mockRejectedValueOnce(new Unavailable('The database cannot answer now.'));

    await startAgain();

    expect(await admins()).toEqual([theAdmin]);
    answer.mockRestore();
  });

  it('When a stranger has registered the address of the admin before, then the stranger is out', async () => {
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);
    await shop.http.post('/v1/users', { ...credentials, password: 'password of a stranger', name: 'Eve' });
    const stranger = (await logIn('password of a stranger')).body;

    await startAgain();

    expect(await shop.http.get('/v1/me', { token: stranger.accessToken })).toMatchObject({ status: 401 });
    const { refreshToken } = stranger;
    expect(await shop.http.post('/v1/sessions/refresh', { refreshToken })).toMatchObject({ status: 401 });
    expect(await logIn('password of a stranger')).toMatchObject({ status: 401 });
    expect(await logIn(credentials.password)).toMatchObject({ status: 201 });
    expect(await admins()).toEqual([theAdmin]);
  });

  it.each([
    ['no JSON object'],
    [{ email: 'admin@example.com', password: 'short secret'.slice(0, 11) }],
    [{ password: 'generated secret' }],
  ])('When the file holds %j, then the start is refused without a word of it', async (content) => {
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);
    write(content);

    const refused: unknown = await startAgain().catch((error: unknown) => error);

    expect(refused).toMatchObject({ name: 'SettingsError', message: expect.stringMatching(/^FIRST_ADMIN_FILE /) });
    expect(String(refused)).not.toContain('secret');
  });

  it('When the admin is made, then the log does not say the password', async () => {
    const log = jest.spyOn(Logger.prototype, 'log');
    await shop.database.rows(sql`TRUNCATE refresh_token, session, account`);

    await startAgain();

    expect(log.mock.calls).toEqual([['the first admin was made']]);
  });
});

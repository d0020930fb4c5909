import { Database, sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { AccountRepository } from '../src/accounts/account.repository.ts';
import { UserModule } from '../src/user.module.ts';
import { meanwhile } from './meanwhile.ts';
import { goesOn, hasEnded, masked, Person, type Tokens } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('erasing an account', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  beforeEach(async () => (ada = await Person.register(shop, 'Ada Forgettable')));

  const erase = ({ accessToken }: Tokens, password = ada.password) =>
    shop.http.delete('/v1/me', { password }, { token: accessToken });
  const accountOf = ({ sessionId }: Tokens) =>
    shop.database.one<Record<string, unknown>>(
      sql`SELECT a.* FROM account a JOIN session s ON s.account_id = a.id WHERE s.id = ${sessionId}`,
    );
  const makeAdmin = ({ email }: Person) =>
    shop.database.rows(sql`UPDATE account SET roles = ARRAY['customer', 'admin'] WHERE email = ${email}`);

  it('When somebody is erased, then nothing in the database holds address, name, password or client any more', async () => {
    const elsewhere = await ada.logIn('Forgettable Browser/1.0');
    const here = await ada.logIn('Forgettable Browser/1.0');
    await ada.refresh(elsewhere.refreshToken, 'Forgettable Browser/1.0');
    const { id, email, name, password_hash: passwordHash } = await accountOf(here);
    const traces = [email, name, passwordHash, 'Forgettable'].map(String);
    expect(await tablesWith(shop.database, traces)).toEqual(['account', 'session']);

    expect(await erase(here)).toMatchObject({ status: 202, body: {} });

    expect(await tablesWith(shop.database, traces)).toEqual([]);
    expect(await accountOf(here)).toEqual({
      id,
      email: null,
      name: null,
      password_hash: null,
      roles: [],
      created_at: expect.any(Date),
      erased_at: expect.any(Date),
    });
    expect(
      await shop.database.rows(sql`
        SELECT actor, subject, detail FROM audit_event WHERE action = 'account.erased' AND subject = ${id}::text`),
    ).toEqual([{ actor: id, subject: id, detail: {} }]);
  });

  it('When somebody is erased, then no token and no password of theirs works any more', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    await erase(here);

    expect(await Promise.all([here, there].map((each) => ada.standing(each)))).toEqual([hasEnded, hasEnded]);
    const refreshed = await Promise.all([here, there].map(({ refreshToken }) => ada.refresh(refreshToken)));
    expect(refreshed.map(({ status }) => status)).toEqual([401, 401]);
    const unknown = await shop.http.post('/v1/sessions', { email: 'nobody@example.com', password: ada.password });
    expect(masked(await ada.tryLogIn())).toEqual(masked(unknown));
    expect(unknown.status).toBe(401);
  });

  it('When the address registers again, then it is a new person', async () => {
    const before = await ada.logIn();
    await erase(before);

    await ada.register();
    const after = await ada.logIn();

    const [erased, fresh] = [await accountOf(before), await accountOf(after)];
    expect(fresh).toMatchObject({ email: ada.email, erased_at: null });
    expect(fresh['id']).not.toBe(erased['id']);
    const { body } = await shop.http.get('/v1/sessions', { token: after.accessToken });
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([after.sessionId]);
  });

  it.each([
    ['a wrong password', { password: 'not the password' }, 422],
    ['no password', {}, 400],
    ['no body', undefined, 400],
    ['something more', { password: 'not the password', userId: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' }, 400],
  ])('When it is asked for with %s, then everything stays', async (_, body, status) => {
    const tokens = await ada.logIn();

    expect(await shop.http.delete('/v1/me', body, { token: tokens.accessToken })).toMatchObject({ status });

    expect(await accountOf(tokens)).toMatchObject({ email: ada.email, name: ada.name, erased_at: null });
    expect(await ada.standing(tokens)).toEqual(goesOn);
  });

  it('When somebody erases themselves twice at once, then they are erased once', async () => {
    const tokens = await ada.logIn();

    const answers = await Promise.all([erase(tokens), erase(tokens)]);

    expect(answers.map(({ status }) => status === 202).toSorted()).toEqual([false, true]);
    expect(answers.every(({ status }) => [202, 401, 422].includes(status))).toBe(true);
    const { id } = await accountOf(tokens);
    expect(
      await shop.database.rows(
        sql`SELECT id FROM audit_event WHERE action = 'account.erased' AND subject = ${id}::text`,
      ),
    ).toHaveLength(1);
  });

  it('When two admins want to be erased at once, then the last one has to stay', async () => {
    const grace = await Person.register(shop, 'Grace');
    for (const admin of [ada, grace]) await makeAdmin(admin);
    const tokens = await ada.logIn();

    const answer = await meanwhile(shop, {
      first: async (tx) => {
        const accounts = shop.get(AccountRepository);
        await accounts.holdAdmins(tx);
        await accounts.erase(tx, (await accounts.findByEmail(grace.email))!);
      },
      ask: () => erase(tokens),
    });

    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/illegal-state' } });
    expect(await accountOf(tokens)).toMatchObject({ email: ada.email, roles: ['customer', 'admin'] });
    expect(await ada.standing(tokens)).toEqual(goesOn);
  });
});

/** The tables of the database that hold one of these texts in any column of any row. */
async function tablesWith(database: Database, texts: readonly string[]): Promise<string[]> {
  const tables = await database.rows<{ name: string; rows: string }>(sql`
    SELECT table_name AS name,
      (SELECT string_agg(x::text, '') FROM unnest(xpath('//row', query_to_xml(format('SELECT t::text AS row FROM %I t', table_name), true, false, ''))) x) AS rows
    FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`);
  return tables.filter(({ rows }) => texts.some((text) => rows?.includes(text))).map(({ name }) => name);
}

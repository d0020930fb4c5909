import { randomUUID } from 'node:crypto';

import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { leastCpuOf } from './least-cpu.ts';
import { userSettings } from './secret-files.ts';

describe('registering', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  const ada = { email: 'ada@example.com', password: 'difference engine', name: 'Ada' };

  const register = (person: object) => shop.http.post('/v1/users', person);
  const logIn = (email: string, password: string) => shop.http.post('/v1/sessions', { email, password });
  const accounts = (email: string) =>
    shop.database.rows<{ id: string; name: string; passwordHash: string; roles: string[] }>(
      sql`SELECT id, name, password_hash AS "passwordHash", roles FROM account WHERE email = ${email}`,
    );

  it('When a person registers, then there is a customer who can log in', async () => {
    const answer = await register(ada);

    expect(answer).toMatchObject({ status: 202, body: {} });
    expect(await accounts(ada.email)).toEqual([
      {
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
        name: 'Ada',
        passwordHash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
        roles: ['customer'],
      },
    ]);
    expect(await logIn(ada.email, ada.password)).toMatchObject({ status: 201 });
  });

  it('When the address is known, then the answer and its work are the same and the account stays as it was', async () => {
    await register({ ...ada, email: 'known@example.com' });
    const before = await accounts('known@example.com');

    const known = await leastCpuOf(() =>
      register({ ...ada, email: 'known@example.com', password: 'another password', name: 'Eve' }),
    );
    const unknown = await leastCpuOf(() => register({ ...ada, email: `${randomUUID()}@example.com` }));

    expect(masked(known.answer)).toEqual(masked(unknown.answer));
    expect(known.cpu / unknown.cpu).toBeGreaterThan(0.3);
    expect(await accounts('known@example.com')).toEqual(before);
    expect(await logIn('known@example.com', 'another password')).toMatchObject({ status: 401 });
  });

  it('When two register one address at once, then there is one account', async () => {
    const answers = await Promise.all([1, 2].map(() => register({ ...ada, email: 'two@example.com' })));

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await accounts('two@example.com')).toHaveLength(1);
  });

  it('When the address is written in capitals, then it is the same address', async () => {
    await register({ ...ada, email: 'Capital@Example.com' });

    expect(await accounts('capital@example.com')).toHaveLength(1);
    expect(await logIn('CAPITAL@example.COM', ada.password)).toMatchObject({ status: 201 });
  });

  it('When a password is typed with other code points for the same characters, then it is the same password', async () => {
    await register({ ...ada, email: 'unicode@example.com', password: 'caf\u00e9 \ufb01nesse 12' });

    expect(await logIn('unicode@example.com', 'cafe\u0301 finesse 12')).toMatchObject({ status: 201 });
  });

  const refused: [string, object, number][] = [
    ['a short password', { ...ada, password: 'eleven char' }, 400],
    ['a password of 129 characters', { ...ada, password: 'x'.repeat(129) }, 400],
    ['a password that is no text', { ...ada, password: 123_456_789_012 }, 400],
    ['no address', { ...ada, email: 'ada' }, 400],
    ['an address with a line break', { ...ada, email: 'ada@example.com\nbcc: eve@example.com' }, 400],
    ['a name of spaces', { ...ada, name: '   ' }, 400],
    ['a name that cannot be stored', { ...ada, name: 'A\0da' }, 400],
    ['a role of its own choice', { ...ada, roles: ['admin'] }, 400],
    ['nothing', {}, 400],
    ['a list', [ada], 400],
    ['more than 16 KiB', { ...ada, name: 'x'.repeat(16_384) }, 413],
  ];

  it.each(refused)(
    'When a person registers with %s, then it is refused and nobody is added',
    async (_, person, status) => {
      const before = await shop.database.one(sql`SELECT count(*) AS people FROM account`);

      const answer = await register(person);

      expect(answer).toMatchObject({
        status,
        headers: { 'content-type': expect.stringContaining('application/problem+json') },
      });
      expect(await shop.database.one(sql`SELECT count(*) AS people FROM account`)).toEqual(before);
    },
  );

  const masked = ({ status, body, headers }: Awaited<ReturnType<typeof register>>) => ({
    status,
    body,
    headers: { ...headers, date: 'masked', traceparent: 'masked' },
  });
});

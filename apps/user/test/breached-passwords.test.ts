import { createHash } from 'node:crypto';

import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { Passwords } from '../src/accounts/passwords.ts';
import { UserModule } from '../src/user.module.ts';
import { Person } from './people.ts';
import { secretFile, userSettings } from './secret-files.ts';

describe('breached passwords', () => {
  const breached = 'correct horse ﬁnery';
  const sha1 = createHash('sha1').update(breached.normalize('NFKC')).digest('hex').toUpperCase();
  const shop = givenService(UserModule, {
    environment: async () => ({
      ...(await userSettings()),
      BREACHED_PASSWORDS_FILE: secretFile('breached-passwords.txt', `${'0'.repeat(40)}:1\n${sha1}:1203\n`),
    }),
  });
  const refusal = (pointer: string) => ({
    status: 400,
    body: {
      type: '/problems/invalid-request',
      errors: [{ pointer, detail: 'is known from a data breach: choose another' }],
    },
  });

  it('When somebody registers with one, then it is refused, for a known address too, and nobody is added', async () => {
    const ada = await Person.register(shop);
    const people = () => shop.database.one(sql`SELECT count(*) AS people FROM account`);
    const before = await people();

    for (const email of [ada.email, 'unknown@example.com']) {
      const person = { email, password: breached, name: 'Ada' };
      expect(await shop.http.post('/v1/users', person)).toMatchObject(refusal('/password'));
    }

    expect(await people()).toEqual(before);
  });

  it('When somebody changes to one, then it is refused and the old one stays', async () => {
    const ada = await Person.register(shop);
    const { accessToken } = await ada.logIn();

    const request = { currentPassword: ada.password, newPassword: breached };
    const answer = await shop.http.put('/v1/me/password', request, { token: accessToken });

    expect(answer).toMatchObject(refusal('/newPassword'));
    expect((await ada.tryLogIn()).status).toBe(201);
  });

  it('When somebody has one from before it was known, then they still get in', async () => {
    const ada = await Person.register(shop);
    const passwordHash = await shop.get(Passwords).hash(breached.normalize('NFKC'));
    await shop.database.rows(sql`UPDATE account SET password_hash = ${passwordHash} WHERE email = ${ada.email}`);

    expect((await ada.tryLogIn(breached)).status).toBe(201);
  });
});

import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { EndSession } from '../src/sessions/end-session.use-case.ts';
import { UserModule } from '../src/user.module.ts';
import { meanwhile } from './meanwhile.ts';
import { goesOn, Person } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('what happens to a session at the same time', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  beforeEach(async () => (ada = await Person.register(shop)));

  const idOf = async () =>
    (await shop.database.one<{ id: string }>(sql`SELECT id FROM account WHERE email = ${ada.email}`)).id;
  const ending = () => shop.get(EndSession);

  it('When a session ends while it is refreshed, then there are no tokens of it', async () => {
    const { sessionId, refreshToken } = await ada.logIn();
    const id = await idOf();

    const answer = await meanwhile(shop, {
      first: (tx) => ending().one(tx, sessionId, id),
      ask: () => ada.refresh(refreshToken),
    });

    expect(answer.status).toBe(401);
  });

  it('When roles change while somebody logs in, then the token speaks of the new ones and the session goes on', async () => {
    const id = await idOf();

    const answer = await meanwhile(shop, {
      first: (tx) => tx.run(sql`UPDATE account SET roles = ARRAY['customer', 'admin'] WHERE id = ${id}`),
      ask: () => ada.tryLogIn(),
      last: (tx) => ending().all(tx, id),
    });

    expect(answer.status).toBe(201);
    const [, claims = ''] = String(answer.body.accessToken).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ roles: ['customer', 'admin'] });
    expect(await ada.standing(answer.body)).toEqual(goesOn);
  });

  it('When an account is erased while somebody logs in, then there is no session', async () => {
    const id = await idOf();

    const answer = await meanwhile(shop, {
      first: (tx) =>
        tx.run(sql`
          UPDATE account SET email = NULL, name = NULL, password_hash = NULL, roles = '{}', erased_at = now() WHERE id = ${id}`),
      ask: () => ada.tryLogIn(),
    });

    expect(answer.status).toBe(401);
    expect(await shop.database.rows(sql`SELECT id FROM session WHERE account_id = ${id}`)).toEqual([]);
  });
});

import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { goesOn, hasEnded, Person, type Tokens } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('changing the password', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  beforeEach(async () => (ada = await Person.register(shop)));

  const change = ({ accessToken }: Tokens, newPassword: string, currentPassword = ada.password) =>
    shop.http.put('/v1/me/password', { currentPassword, newPassword }, { token: accessToken });
  const noted = (tokens: Tokens) =>
    shop.database.rows(sql`
      SELECT a.actor = a.subject AS self, a.detail FROM audit_event a JOIN session s ON s.account_id::text = a.actor
      WHERE s.id = ${tokens.sessionId} AND a.action = 'password.changed'`);

  it('When the current password is right, then only the new one opens a session', async () => {
    const tokens = await ada.logIn();

    expect(await change(tokens, 'a whole new password')).toMatchObject({ status: 204, body: '' });

    expect((await ada.tryLogIn()).status).toBe(401);
    expect((await ada.tryLogIn('a whole new password')).status).toBe(201);
    expect(await noted(tokens)).toEqual([{ self: true, detail: {} }]);
  });

  it('When it has changed, then every other session has ended and this one goes on', async () => {
    const [here, there, further] = [await ada.logIn(), await ada.logIn(), await ada.logIn()];
    const grace = await Person.register(shop, 'Grace');
    const hers = await grace.logIn();

    await change(here, 'a whole new password');

    expect(await Promise.all([there, further].map((each) => ada.standing(each)))).toEqual([hasEnded, hasEnded]);
    expect((await ada.refresh(there.refreshToken)).status).toBe(401);
    expect(await ada.standing(here)).toEqual(goesOn);
    expect((await ada.refresh(here.refreshToken)).status).toBe(200);
    expect(await grace.standing(hers)).toEqual(goesOn);
  });

  it('When the current password is wrong, then nothing has changed', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    const answer = await change(here, 'a whole new password', 'not the password');

    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/wrong-password' } });
    expect((await ada.tryLogIn()).status).toBe(201);
    expect(await ada.standing(there)).toEqual(goesOn);
    expect(await noted(here)).toEqual([]);
  });

  it('When two sessions change it at once, then one does and the other has ended', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    const answers = await Promise.all([change(here, 'password of here'), change(there, 'password of there')]);

    const [winner, loser] = answers[0].status === 204 ? [here, there] : [there, here];
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 422]);
    expect(await ada.standing(winner)).toEqual(goesOn);
    expect(await ada.standing(loser)).toEqual(hasEnded);
    expect(await noted(here)).toHaveLength(1);
  });

  it.each([
    ['too short', { newPassword: 'eleven char' }],
    ['missing', {}],
    ['no text', { newPassword: 123_456_789_012 }],
  ])('When the new password is %s, then it is refused and the old one stays', async (_, body) => {
    const { accessToken } = await ada.logIn();

    const request = { currentPassword: ada.password, ...body };
    expect(await shop.http.put('/v1/me/password', request, { token: accessToken })).toMatchObject({ status: 400 });

    expect((await ada.tryLogIn()).status).toBe(201);
  });
});

import { Logger } from '@nestjs/common';
import { Database } from '@towpath/database';
import { Redis } from '@towpath/redis';
import { describeWithRedis, givenService } from '@towpath/testing';
import { Redis as Client } from 'ioredis';

import { EndSession } from '../src/sessions/end-session.use-case.ts';
import { UserModule } from '../src/user.module.ts';
import { hasEnded, Person } from './people.ts';
import { userSettings } from './secret-files.ts';

describeWithRedis('telling of ended sessions', (redis) => {
  const shop = givenService(UserModule, {
    environment: async () => ({ ...(await userSettings()), REDIS_URL: redis.url }),
    outgoing: () => [redis.url],
  });
  let ada: Person;
  let listener: Client;
  const heard: unknown[] = [];

  beforeAll(async () => {
    ada = await Person.register(shop);
  });
  beforeEach(async () => {
    await shop.eventually(() => shop.get(Redis).isThere).toBe(true);
    listener = new Client(redis.url, { retryStrategy: () => null });
    await listener.subscribe('towpath:revoked-sessions');
    listener.on('message', (_, text) => heard.push(JSON.parse(text)));
  });
  afterEach(() => {
    heard.length = 0;
    listener.disconnect();
  });

  it('When sessions end, then that is said of each of them', async () => {
    const [here, there, further] = [await ada.logIn(), await ada.logIn(), await ada.logIn()];

    await shop.http.delete(`/v1/sessions/${there.sessionId}`, undefined, { token: here.accessToken });
    await shop.http.put(
      '/v1/me/password',
      { currentPassword: ada.password, newPassword: ada.password },
      { token: here.accessToken },
    );

    await shop
      .eventually(() => heard)
      .toEqual([there, further].map(({ sessionId }) => ({ id: sessionId, until: expect.any(String) })));
    const { body } = await shop.http.get('/internal/revoked-sessions');
    expect(body.sessions).toEqual(expect.arrayContaining(heard));
  });

  it('When the end of a session is not committed, then it is not said', async () => {
    const [tokens, after] = [await ada.logIn(), await ada.logIn()];
    const accountId = (await ada.me(tokens)).body.id;

    const failed = shop.get(Database).transaction(async (tx) => {
      await shop.get(EndSession).all(tx, accountId);
      throw new Error('changed our mind');
    });

    await expect(failed).rejects.toThrow('changed our mind');
    await shop.http.delete('/v1/sessions/current', undefined, { token: after.accessToken });
    await shop.eventually(() => heard).toEqual([{ id: after.sessionId, until: expect.any(String) }]);
  });

  it('When a session cannot be ended, then nothing is said', async () => {
    const [here, there] = [await ada.logIn(), await ada.logIn()];

    const wrong = { currentPassword: 'not the password', newPassword: 'a whole new password' };
    await shop.http.put('/v1/me/password', wrong, { token: here.accessToken });
    await shop.http.delete(`/v1/sessions/${there.sessionId}`, undefined, { token: here.accessToken });

    await shop.eventually(() => heard).toEqual([{ id: there.sessionId, until: expect.any(String) }]);
  });

  it.each([
    ['is stopped', () => redis.stop()],
    ['is frozen', async () => redis.freeze()],
  ])('When Redis %s, then sessions end all the same, without a word to the client, and are listed', async (_, harm) => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    const tokens = await ada.logIn();
    await harm();

    const answer = await shop.http.delete('/v1/sessions/current', undefined, { token: tokens.accessToken });

    expect(answer.status).toBe(204);
    expect(await ada.standing(tokens)).toEqual(hasEnded);
    expect(errors).not.toHaveBeenCalled();
    await redis.heal();
  });
});

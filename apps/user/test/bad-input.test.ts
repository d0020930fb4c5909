import { sql } from '@towpath/database';
import { describeBadInput, givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { userSettings } from './secret-files.ts';

describe('bad input', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  const grace = { email: 'grace@example.com', password: 'nanoseconds of wire', name: 'Grace' };

  async function token(): Promise<string> {
    await shop.http.post('/v1/users', grace);
    const { email, password } = grace;
    return (await shop.http.post('/v1/sessions', { email, password })).body.accessToken;
  }

  describeBadInput('user', {
    url: () => shop.url,
    token,
    effects: () =>
      shop.database.rows(sql`SELECT a.*, s.id AS session FROM account a JOIN session s ON s.account_id = a.id`),
  });
});

import { sql } from '@towpath/database';
import { describeBadInput, givenService } from '@towpath/testing';

import { UserModule } from '../src/user.module.ts';
import { signingKeys } from './secret-files.ts';

describe('bad input', () => {
  const shop = givenService(UserModule, { environment: signingKeys });

  describeBadInput('user', {
    url: () => shop.url,
    token: async () => {
      const credentials = { email: 'somebody@example.com', password: 'difference engine' };
      await shop.http.post('/v1/users', { ...credentials, name: 'Somebody' });
      const { body } = await shop.http.post('/v1/sessions', credentials);
      return body.accessToken as string;
    },
    effects: () => shop.database.rows(sql`SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM session)`),
  });
});

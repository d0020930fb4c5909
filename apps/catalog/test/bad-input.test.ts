import { sql } from '@towpath/database';
import { describeBadInput, givenService } from '@towpath/testing';

import { CatalogModule } from '../src/catalog.module.ts';

describe('bad input', () => {
  const shop = givenService(CatalogModule);

  describeBadInput('catalog', {
    url: () => shop.url,
    token: () => shop.token({ roles: ['admin'] }),
    effects: () => shop.database.rows(sql`SELECT (SELECT count(*) FROM product), (SELECT count(*) FROM outbox)`),
  });
});

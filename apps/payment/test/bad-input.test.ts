import { sql } from '@towpath/database';
import { describeBadInput } from '@towpath/testing';

import { givenPayments } from './given-payments.ts';

describe('bad input', () => {
  const payments = givenPayments();

  describeBadInput('payment', {
    url: () => payments.service.url,
    token: () => payments.service.token({ roles: ['admin'] }),
    effects: () =>
      payments.service.database.rows(sql`
        SELECT (SELECT count(*) FROM payment), (SELECT count(*) FROM psp_operation), (SELECT count(*) FROM inbox),
               (SELECT count(*) FROM outbox), (SELECT count(*) FROM anomaly)`),
  });
});

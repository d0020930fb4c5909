import { sql } from '@towpath/database';

import { directEnvironments } from './direct-environment.ts';
import { describeTransport } from './transport-contract.ts';

describeTransport({
  name: 'direct',
  environments: directEnvironments,
  deliverAgain: async (sender) => {
    await sender.rows(sql`UPDATE outbox_delivery SET acked_at = NULL`);
    await sender.rows(sql`UPDATE outbox SET published_at = NULL`);
  },
  lose: async (tx, meter, version) => {
    await tx.run(sql`
      DELETE FROM outbox_delivery USING outbox
      WHERE outbox.id = message_id AND subscriber = 'bill' AND aggregateid = ${meter} AND version = ${version}`);
  },
  apart: async () => ['slow', 'quick'],
});

import { AuditModule } from '@towpath/audit';
import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { Database, DatabaseConfig, migrate, sql, throwAwayDatabase } from '@towpath/database';

import { MessagingModule } from '../index.ts';

describe('anomalies from before they had an id that sorts', () => {
  it('When the schema moves on, then they get one by their time, and older processes may go on writing', async () => {
    const [first, ...others] = MessagingModule.migrations;
    const environment = Environment.fromProcess();
    const made = await throwAwayDatabase({ environment, service: 'bill', migrations: [first!] });
    const superuser = new Environment({ DATABASE_URL: made.superuserUrl });
    const database = new Database(readSettings(DatabaseConfig, superuser), new ServiceIdentity('bill', 'all'));
    await database.rows(sql`
      INSERT INTO anomaly (kind, detail, at)
      SELECT 'day ' || day, '{}', now() - day * interval '1 day' FROM unnest(ARRAY[2, 3, 1]) AS day`);

    const migrations = [...AuditModule.migrations, first!, ...others];
    await migrate({ databaseUrl: made.superuserUrl, appRole: 'bill', migrations });

    await database.rows(sql`INSERT INTO anomaly (kind, detail) VALUES ('today', '{}')`);
    const kinds = await database.rows<{ kind: string }>(sql`SELECT kind FROM anomaly ORDER BY id`);
    expect(kinds.map(({ kind }) => kind)).toEqual(['day 3', 'day 2', 'day 1', 'today']);
    await database.close();
    await made.drop();
  });
});

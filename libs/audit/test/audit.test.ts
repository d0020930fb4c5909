import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { Database, DatabaseConfig, sql, type ThrowAwayDatabase, throwAwayDatabase } from '@towpath/database';
import { span, startTracing, type Tracing } from '@towpath/tracing';

import { Audit, AuditModule, type NewAuditEvent } from '../index.ts';

describe('audit events', () => {
  let throwAway: ThrowAwayDatabase;
  let database: Database;
  let superuser: Database;
  let tracing: Tracing;

  const databaseAt = (url: string) =>
    new Database(
      readSettings(DatabaseConfig, new Environment({ DATABASE_URL: url })),
      new ServiceIdentity('books', 'all'),
    );

  beforeAll(async () => {
    const { migrations } = AuditModule;
    throwAway = await throwAwayDatabase({ environment: Environment.fromProcess(), service: 'books', migrations });
    database = databaseAt(throwAway.url);
    superuser = databaseAt(throwAway.superuserUrl);
    tracing = await startTracing({ service: 'books', ratio: 1 });
  });
  afterAll(async () => {
    await Promise.all([database.close(), superuser.close(), tracing.shutdown()]);
    await throwAway.drop();
  });

  const granted: NewAuditEvent = {
    actor: 'operator:anna',
    action: 'role.granted',
    subject: 'user-1',
    detail: { role: 'admin' },
  };
  const opened: NewAuditEvent = { actor: 'user-1', action: 'session.opened', subject: 'session-1' };
  const record = (event: NewAuditEvent) => database.transaction((tx) => new Audit(database).record(tx, event));
  const count = () => superuser.one(sql`SELECT count(*)::int AS events FROM audit_event`);

  it('When something is noted, then it says who, what, when and in which trace, to whom it concerns', async () => {
    await span('work', {}, () => record(granted));
    await record(opened);
    await record({ ...opened, actor: 'user-2', subject: 'session-2' });

    const noted = { id: expect.any(String), at: expect.any(Date), detail: {}, traceId: null };
    expect(await new Audit(database).of('user-1', 10)).toEqual([
      { ...noted, ...opened },
      { ...noted, ...granted, traceId: expect.stringMatching(/^[\da-f]{32}$/) },
    ]);
    expect(await new Audit(database).of('user-1', 1)).toHaveLength(1);
  });

  it('When what it tells of does not come about, then nothing is noted', async () => {
    const before = await count();

    const failed = database.transaction(async (tx) => {
      await new Audit(database).record(tx, opened);
      throw new Error('changed our mind');
    });

    await expect(failed).rejects.toThrow('changed our mind');
    expect(await count()).toEqual(before);
  });

  describe.each([
    ['the service', () => database, 'permission denied for table audit_event'],
    ['a superuser', () => superuser, 'audit events are append-only'],
  ])('%s', (_, as, message) => {
    it.each([
      ['changes one', sql`UPDATE audit_event SET actor = 'somebody else'`],
      ['changes none', sql`UPDATE audit_event SET actor = 'somebody else' WHERE false`],
      ['removes one', sql`DELETE FROM audit_event`],
      ['removes all', sql`TRUNCATE audit_event`],
      [
        'writes over one',
        sql`INSERT INTO audit_event SELECT * FROM audit_event ON CONFLICT (id) DO UPDATE SET actor = 'somebody else'`,
      ],
    ])('When it %s, then it is refused and all stay', async (__, statement) => {
      await record(opened);
      const before = await count();

      await expect(as().rows(statement)).rejects.toThrow(message);

      expect(await count()).toEqual(before);
    });
  });
});

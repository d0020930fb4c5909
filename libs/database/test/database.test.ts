import { setTimeout as wait } from 'node:timers/promises';

import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { Unavailable } from '@towpath/errors';
import { startTracing, withDeadline } from '@towpath/tracing';

import {
  Database,
  DatabaseConfig,
  json,
  newId,
  type Sql,
  sql,
  type ThrowAwayDatabase,
  throwAwayDatabase,
  type Transaction,
  uniqueViolation,
} from '../index.ts';

const migrations = [
  { name: '0001', text: 'CREATE TABLE account (id text PRIMARY KEY, balance bigint NOT NULL, note jsonb)' },
];

describe('database', () => {
  let throwAway: ThrowAwayDatabase;
  const opened: Database[] = [];

  const open = (settings: Record<string, string> = {}) => {
    const environment = new Environment({
      DATABASE_POOL_WAIT_MS: '5000',
      ...settings,
      DATABASE_URL: settings['DATABASE_URL'] ?? throwAway.url,
    });
    const database = new Database(readSettings(DatabaseConfig, environment), new ServiceIdentity('bank', 'all'));
    opened.push(database);
    return database;
  };
  const asSuperuser = (statement: Sql) => {
    const url = new URL(throwAway.superuserUrl);
    url.pathname = '/postgres';
    return open({ DATABASE_URL: url.href }).rows(statement);
  };
  const balanceOf = (database: Database, id: string) =>
    database.maybeOne(sql`SELECT balance FROM account WHERE id = ${id}`);

  beforeAll(async () => {
    throwAway = await throwAwayDatabase({
      environment: Environment.fromProcess(),
      service: 'bank',
      migrations,
    });
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await throwAway.drop();
  });

  it('When the work ends, then it is committed and those who wait for that are called', async () => {
    const database = open();
    const called: string[] = [];

    const result = await database.transaction(async (tx) => {
      tx.afterCommit(() => called.push('committed'));
      expect(await tx.run(sql`INSERT INTO account VALUES ('a', ${2 ** 40}, ${json({ tags: ['x'] })})`)).toBe(1);
      return 'done';
    });

    expect({ result, called }).toEqual({ result: 'done', called: ['committed'] });
    expect(await database.one(sql`SELECT balance, note FROM account WHERE id = 'a'`)).toEqual({
      balance: 2 ** 40,
      note: { tags: ['x'] },
    });
  });

  it('When the work throws, then nothing of it stays and nobody is called', async () => {
    const database = open();
    const called: string[] = [];

    const work = database.transaction(async (tx) => {
      tx.afterCommit(() => called.push('committed'));
      await tx.run(sql`INSERT INTO account VALUES ('b', 1)`);
      throw new RangeError('changed my mind');
    });

    await expect(work).rejects.toThrow(new RangeError('changed my mind'));
    expect({ called, row: await balanceOf(database, 'b') }).toEqual({ called: [], row: undefined });
  });

  it('When a statement fails and the work goes on as if nothing were, then it is told that nothing was committed', async () => {
    const database = open();

    const work = database.transaction(async (tx) => {
      await tx.run(sql`INSERT INTO account VALUES ('c', 1)`);
      await tx.run(sql`INSERT INTO account VALUES ('c', 2)`).catch(() => undefined);
    });

    await expect(work).rejects.toThrow('nothing was committed');
    expect(await balanceOf(database, 'c')).toBeUndefined();
  });

  it('When a statement is used after the transaction has ended, then it fails instead of running outside', async () => {
    let kept!: Transaction;
    await open().transaction(async (tx) => {
      kept = tx;
    });

    await expect(kept.run(sql`INSERT INTO account VALUES ('late', 1)`)).rejects.toThrow('has ended');
  });

  it('When two transactions deadlock, then both are done in the end', async () => {
    const database = open({ DATABASE_LOCK_MS: '10000', DATABASE_STATEMENT_MS: '10000' });
    await database.rows(sql`INSERT INTO account VALUES ('left', 0), ('right', 0)`);
    const bothHoldOne = barrier(2);
    const move = (first: string, second: string) => {
      let attempt = 0;
      return database.transaction(async (tx) => {
        attempt += 1;
        await tx.run(sql`UPDATE account SET balance = balance + 1 WHERE id = ${first}`);
        if (attempt === 1) await bothHoldOne();
        await tx.run(sql`UPDATE account SET balance = balance + 1 WHERE id = ${second}`);
      });
    };

    await Promise.all([move('left', 'right'), move('right', 'left')]);

    expect(await database.rows(sql`SELECT balance FROM account WHERE id IN ('left', 'right')`)).toEqual([
      { balance: 2 },
      { balance: 2 },
    ]);
  });

  it('When a unique constraint is in the way, then its name is told and the connection is still good', async () => {
    const database = open({ DATABASE_POOL_MAX: '2' });
    await database.rows(sql`INSERT INTO account VALUES ('taken', 1)`);

    const error = await database.rows(sql`INSERT INTO account VALUES ('taken', 1)`).catch((thrown: unknown) => thrown);

    expect(uniqueViolation(error)).toBe('account_pkey');
    expect(uniqueViolation(new Error('other'))).toBeUndefined();
    expect(await balanceOf(database, 'taken')).toEqual({ balance: 1 });
  });

  it('When the database takes no connections, then it is unavailable, unlike a statement that fails with that code', async () => {
    const database = open();
    const allowConnections = (yes: boolean) =>
      asSuperuser(sql`
      UPDATE pg_database SET datallowconn = ${yes} WHERE datname = ${new URL(throwAway.url).pathname.slice(1)}`);
    await allowConnections(false);

    const refused = await Promise.allSettled([database.rows(sql`SELECT 1`), database.session()]);
    await allowConnections(true);

    expect(refused).toEqual(Array(2).fill({ status: 'rejected', reason: expect.any(Unavailable) }));
    await expect(database.rows(sql`SELECT lastval()`)).rejects.toMatchObject({ code: '55000' });
  });

  it('When all connections are in use, then who comes next is turned away soon, and is served again later', async () => {
    const database = open({ DATABASE_POOL_MAX: '2', DATABASE_POOL_WAIT_MS: '30' });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const holders = [1, 2].map(() => database.transaction(() => released));
    await wait(0);

    await expect(database.rows(sql`SELECT 1`)).rejects.toThrow(Unavailable);

    release();
    await Promise.all(holders);
    expect(await database.one(sql`SELECT 1 AS up`)).toEqual({ up: 1 });
  });

  it('When too many wait for a connection, then who comes next is turned away at once', async () => {
    const database = open({ DATABASE_POOL_MAX: '2', DATABASE_POOL_WAITING: '3' });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const holders = [1, 2].map(() => database.transaction(() => released));
    await wait(0);
    const waiting = [1, 2, 3].map(() => database.one(sql`SELECT 1 AS up`));

    await expect(database.rows(sql`SELECT 1`)).rejects.toThrow('Too many wait');

    release();
    await Promise.all([...holders, ...waiting]);
  });

  it('When a lock is held by another for too long, then the statement gives up as unavailable', async () => {
    const database = open({ DATABASE_LOCK_MS: '50' });
    await database.rows(sql`INSERT INTO account VALUES ('locked', 1)`);

    await database.transaction(async (tx) => {
      await tx.run(sql`UPDATE account SET balance = 2 WHERE id = 'locked'`);
      await expect(database.rows(sql`UPDATE account SET balance = 3 WHERE id = 'locked'`)).rejects.toThrow(Unavailable);
    });
  });

  it('When the work puts an error of its own around one of the database, then the cause still counts', async () => {
    const work = open({ DATABASE_STATEMENT_MS: '50' }).transaction((tx) =>
      tx.rows(sql`SELECT pg_sleep(10)`).catch((cause: unknown) => {
        throw new Error('could not reserve', { cause });
      }),
    );

    await expect(work).rejects.toThrow(Unavailable);
  });

  it('When a statement runs too long, then it is cancelled as unavailable', async () => {
    await expect(open({ DATABASE_STATEMENT_MS: '50' }).rows(sql`SELECT pg_sleep(10)`)).rejects.toThrow(Unavailable);
  });

  it('When the server ends a connection in the middle, then the work fails as unavailable and the next gets a new one', async () => {
    const database = open({ DATABASE_POOL_MAX: '2' });
    const other = open({ DATABASE_URL: throwAway.superuserUrl });

    const work = database.transaction(async (tx) => {
      const { pid } = await tx.one<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
      await other.rows(sql`SELECT pg_terminate_backend(${pid}::int)`);
      await tx.run(sql`INSERT INTO account VALUES ('ghost', 1)`);
    });

    await expect(work).rejects.toThrow(Unavailable);
    expect(await balanceOf(database, 'ghost')).toBeUndefined();
  });

  it('When the work hangs, then its connection is cut and its locks are free', async () => {
    const database = open();
    await database.rows(sql`INSERT INTO account VALUES ('stuck', 1)`);

    const work = database.transaction(
      async (tx) => {
        await tx.run(sql`UPDATE account SET balance = 2 WHERE id = 'stuck'`);
        await new Promise(() => undefined);
      },
      { cutAfterMs: 50 },
    );

    await expect(work).rejects.toThrow(Unavailable);
    await database.rows(sql`UPDATE account SET balance = balance + 10 WHERE id = 'stuck'`);
    expect(await balanceOf(database, 'stuck')).toEqual({ balance: 11 });
  });

  it('When nobody listens, then it is unavailable', async () => {
    await expect(open({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }).rows(sql`SELECT 1`)).rejects.toThrow(
      Unavailable,
    );
  });

  it('When the time of the request is over, then the database is not asked', async () => {
    const database = open();
    await startTracing({ service: 'bank' });

    await withDeadline(1, async () => {
      await wait(5);
      await expect(database.rows(sql`INSERT INTO account VALUES ('overdue', 1)`)).rejects.toThrow(Unavailable);
    });

    expect(await balanceOf(database, 'overdue')).toBeUndefined();
  });

  it('When a number is beyond what a number holds exactly, then it is refused instead of rounded', async () => {
    await expect(open().rows(sql`SELECT 9007199254740993::bigint`)).rejects.toThrow(RangeError);
  });

  it('When a value looks like SQL, then it stays a value', async () => {
    const database = open();
    const id = `'); DROP TABLE account; --`;
    const where = sql`WHERE id = ${id}`;
    await database.rows(sql`INSERT INTO account VALUES (${id}, 7)`);

    expect(await database.one(sql`SELECT balance FROM account ${where} AND balance = ${7}`)).toEqual({ balance: 7 });
  });

  it('When ids are made, then they sort by the millisecond they were made in', async () => {
    const earlier = newId();
    await wait(2);

    expect(newId() > earlier).toBe(true);
    expect(earlier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

function barrier(parties: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = parties;
  return () => {
    missing -= 1;
    if (missing === 0) resolve();
    return promise;
  };
}

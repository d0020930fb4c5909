import { Environment, readSettings, ServiceIdentity } from '@towpath/config';

import {
  Database,
  DatabaseConfig,
  migrate,
  type Migration,
  sql,
  type ThrowAwayDatabase,
  throwAwayDatabase,
} from '../index.ts';

const first = { name: '0001-create-shelf', text: 'CREATE TABLE shelf (id int PRIMARY KEY)' };
const second = { name: '0002-fill-shelf', text: 'INSERT INTO shelf VALUES (1)' };

describe('migrate', () => {
  let throwAway: ThrowAwayDatabase;
  let superuser: Database;

  beforeEach(async () => {
    throwAway = await throwAwayDatabase({
      environment: Environment.fromProcess(),
      service: 'library',
      migrations: [],
    });
    superuser = databaseAt(throwAway.superuserUrl);
  });
  afterEach(async () => {
    await superuser.close();
    await throwAway.drop();
  });

  const run = (migrations: Migration[], appRole = 'library') =>
    migrate({ databaseUrl: throwAway.superuserUrl, appRole, migrations });

  it('When it runs twice, then each step ran once', async () => {
    expect(await run([first])).toEqual(['0001-create-shelf']);
    expect(await run([first, second])).toEqual(['0002-fill-shelf']);
    expect(await run([first, second])).toEqual([]);
    expect(await superuser.rows(sql`SELECT id FROM shelf`)).toEqual([{ id: 1 }]);
  });

  it('When it runs twice at once, then each step ran once', async () => {
    const both = await Promise.all([run([first, second]), run([first, second])]);

    expect(both.flat().toSorted()).toEqual(['0001-create-shelf', '0002-fill-shelf']);
    expect(await superuser.rows(sql`SELECT id FROM shelf`)).toEqual([{ id: 1 }]);
  });

  it('When a step fails, then it is named, nothing of it stays, and the steps before it do', async () => {
    const broken = { name: '0002-broken', text: 'INSERT INTO shelf VALUES (7); INSERT INTO shelf VALUES (7)' };

    await expect(run([first, broken])).rejects.toThrow('Migration 0002-broken failed and was rolled back');
    expect(await superuser.rows(sql`SELECT id FROM shelf`)).toEqual([]);
  });

  it('When a step was changed after it ran, then it is refused', async () => {
    await run([first]);

    await expect(run([{ ...first, text: `${first.text} ` }])).rejects.toThrow(
      'Migration 0001-create-shelf was changed after it ran here',
    );
  });

  it('When the role of the service is missing, then it says so', async () => {
    await expect(run([first], 'nobody')).rejects.toThrow('There is no database role "nobody"');
  });

  it('When the service runs, then it may change rows and not the schema', async () => {
    await run([first]);
    const service = databaseAt(throwAway.url);

    await service.rows(sql`INSERT INTO shelf VALUES (2)`);
    await expect(service.rows(sql`DROP TABLE shelf`)).rejects.toThrow('must be owner');
    await expect(service.rows(sql`CREATE TABLE another (id int)`)).rejects.toThrow('permission denied');
    await service.close();
  });
});

function databaseAt(url: string): Database {
  return new Database(
    readSettings(DatabaseConfig, new Environment({ DATABASE_URL: url })),
    new ServiceIdentity('library', 'all'),
  );
}

import { Module } from '@nestjs/common';
import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import type { Database, ThrowAwayDatabase } from '@towpath/database';

import { Service, startService } from '../index.ts';
import { fakeHost } from './fake-host.ts';

@Module({})
class WithTables {
  static readonly migrations = [{ name: 'lib-0001', text: 'CREATE TABLE lib_thing (name text)' }];
}

@Service({ name: 'sample', imports: [WithTables] })
class SampleService {}

describe('the command migrate', () => {
  const home = new URL(`file://${__dirname}/sample/`);
  let throwAway: ThrowAwayDatabase;
  let database: Database;

  beforeAll(async () => {
    const { Database, DatabaseConfig, throwAwayDatabase } = await import('@towpath/database');
    throwAway = await throwAwayDatabase({ environment: Environment.fromProcess(), service: 'sample', migrations: [] });
    const environment = new Environment({ DATABASE_URL: throwAway.url });
    database = new Database(readSettings(DatabaseConfig, environment), new ServiceIdentity('sample', 'all'));
    jest.spyOn(console, 'log').mockImplementation();
  });
  afterAll(async () => {
    await database.close();
    await throwAway.drop();
    jest.restoreAllMocks();
  });

  const migrate = async (values: Record<string, string> = { DATABASE_URL: throwAway.superuserUrl }) => {
    const host = fakeHost('migrate');
    await startService(SampleService, { home, host, environment: new Environment(values) });
    return { exits: host.exits, said: host.said.join('') };
  };

  it('When it runs, twice, then the tables of the libs and of the service are there once, for the role of the service', async () => {
    expect(await migrate()).toEqual({ exits: [0], said: '' });
    expect(await migrate()).toEqual({ exits: [0], said: '' });

    const { sql } = await import('@towpath/database');
    expect(await database.rows(sql`SELECT * FROM thing UNION ALL SELECT * FROM lib_thing`)).toEqual([]);
    expect(jest.mocked(console.log).mock.calls.flat()).toEqual([
      'applied lib-0001',
      'applied 0001-create-things',
      'The schema is up to date: 2 applied.',
      'The schema is up to date.',
    ]);
  });

  it('When the database is not said, then it ends with 78 and says which setting is missing', async () => {
    expect(await migrate({})).toEqual({ exits: [78], said: expect.stringContaining('DATABASE_URL is not set') });
  });
});

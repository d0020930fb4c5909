import { Global, Module } from '@nestjs/common';
import { provideSettings, ServiceIdentity } from '@towpath/config';
import { Lifecycle, Readiness } from '@towpath/health';

import { DatabaseConfig } from './database.config.ts';
import { Database } from './database.ts';
import { sql } from './sql.ts';

/** Gives a service its database: pool, readiness check, and the close that comes last at shutdown. */
@Global()
@Module({
  providers: [
    provideSettings(DatabaseConfig),
    {
      provide: Database,
      inject: [DatabaseConfig, ServiceIdentity, Lifecycle, Readiness],
      useFactory: (config: DatabaseConfig, identity: ServiceIdentity, lifecycle: Lifecycle, readiness: Readiness) => {
        const database = new Database(config, identity);
        readiness.check('database', async () => void (await database.one(sql`SELECT 1 AS up`)), { cacheMs: 1_000 });
        lifecycle.closing('database', () => database.close());
        return database;
      },
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}

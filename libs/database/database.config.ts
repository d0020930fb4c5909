import { setting, Settings } from '@towpath/config';

/** How a service reaches its database. The limits are those of every request: a longer wait helps nobody. */
export class DatabaseConfig extends Settings({
  databaseUrl: setting.url({ secret: true, meaning: 'the database of this service, with its role and password' }),
  databasePoolMax: setting.integer({ min: 2, max: 100, default: 8, meaning: 'connections at most' }),
  databasePoolWaiting: setting.integer({
    min: 1,
    max: 1_000,
    default: 50,
    meaning: 'who may wait for a connection; more are turned away',
  }),
  databasePoolWaitMs: setting.durationMs({ min: 1, default: 250, meaning: 'wait for a free connection' }),
  databaseConnectMs: setting.durationMs({ min: 1, default: 2_000, meaning: 'wait for a new connection' }),
  databaseStatementMs: setting.durationMs({ min: 1, default: 2_000, meaning: 'longest statement' }),
  databaseLockMs: setting.durationMs({ min: 1, default: 500, meaning: 'longest wait for a lock' }),
  databaseIdleInTransactionMs: setting.durationMs({
    min: 1,
    default: 5_000,
    meaning: 'longest pause inside a transaction',
  }),
}) {}

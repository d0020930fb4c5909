import { type ClientConfig, types } from 'pg';

import type { DatabaseConfig } from './database.config.ts';

const int8 = 20;

/** What every connection is opened with. */
export function connectionOptions(config: DatabaseConfig, applicationName: string): ClientConfig {
  return {
    connectionString: config.databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: config.databaseConnectMs,
    // A frozen server sends no timeout of its own; give it a second more than its limit before giving it up.
    query_timeout: config.databaseStatementMs + 1_000,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format) =>
        oid === int8 ? safeInteger : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
    options: [
      ['statement_timeout', config.databaseStatementMs],
      ['lock_timeout', config.databaseLockMs],
      ['idle_in_transaction_session_timeout', config.databaseIdleInTransactionMs],
    ]
      .map(([name, ms]) => `-c ${name}=${ms}`)
      .join(' '),
  };
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the integers that a number holds exactly`);
  return value;
}

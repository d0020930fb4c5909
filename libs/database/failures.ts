import { isNativeError } from 'node:util/types';

import { Unavailable } from '@towpath/errors';
import { DatabaseError } from 'pg';

/**
 * The database, not the statement, is the reason: worth another try. Classes 08 (connection) and 53 (resources: full disk,
 * too many connections), 57P0x (shutting down), 40001 and 40P01 (serialisation, deadlock), 55P03 (lock timeout), 57014
 * (statement timeout), 25P03 (idle in transaction), 25006 (read only: a failover).
 * Source: PostgreSQL documentation, appendix A.
 */
const transientState = /^(08|53|57P0|40001|40P01|55P03|57014|25P03|25006)/;
const retriable = new Set(['40001', '40P01']);

/** A connection that is given up although nobody said that it is broken. */
export class ConnectionLost extends Error {}

export function isRetriable(error: unknown): boolean {
  const cause = rootOf(error);
  return cause instanceof DatabaseError && retriable.has(cause.code ?? '');
}

/** After these the connection cannot be used, not even to roll back. */
export function breaksConnection(error: unknown): boolean {
  const cause = rootOf(error);
  return cause instanceof DatabaseError ? /^(08|57P0|25P03)/.test(cause.code ?? '') : isConnectionFailure(cause);
}

/** `Unavailable` when trying again may help, else the error itself. */
export function translated(error: unknown): unknown {
  const cause = rootOf(error);
  const transient = cause instanceof DatabaseError ? transientState.test(cause.code ?? '') : isConnectionFailure(cause);
  return transient ? unavailable(error) : error;
}

/** Of opening a connection 55000 says that the database takes none just now; of a statement it says something else. */
export function refusedConnection(error: unknown): unknown {
  return error instanceof DatabaseError && error.code === '55000' ? unavailable(error) : error;
}

/** The name of the unique constraint that a statement ran into. */
export function uniqueViolation(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code === '23505' ? error.constraint : undefined;
}

/** What began it, where work in a transaction has put an error of its own around it. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

function isConnectionFailure(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if (error instanceof ConnectionLost || error.name === 'AggregateError') return true;
  if ('code' in error && /^E[A-Z]+$/.test(String(error.code))) return true;
  return /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered a connection error)/.test(
    error.message,
  );
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The database cannot answer now.', { cause });
}

import { setTimeout as wait } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Unavailable } from '@towpath/errors';
import { failpoint, type NamedTransaction } from '@towpath/failpoints';
import { remainingMs } from '@towpath/tracing';
import { Client, type PoolClient } from 'pg';

import { connectionOptions } from './connection.ts';
import { DatabaseConfig } from './database.config.ts';
import { breaksConnection, ConnectionLost, isRetriable, refusedConnection, translated } from './failures.ts';
import { ConnectionPool } from './pool.ts';
import { Session } from './session.ts';
import type { Sql } from './sql.ts';
import { inTrace, run } from './statement.ts';
import { atMostOne, exactlyOne, Transaction } from './transaction.ts';

const tries = 3;

interface TransactionOptions {
  readonly name?: NamedTransaction;
  /** Work that hangs loses its connection then. */
  readonly cutAfterMs?: number;
}

/** The one database of a service. Every method throws `Unavailable` when the database, not the statement, is the reason. */
@Injectable()
export class Database {
  readonly #pool: ConnectionPool;

  constructor(
    private readonly config: DatabaseConfig,
    private readonly identity: ServiceIdentity,
  ) {
    this.#pool = new ConnectionPool(config, identity.name);
  }

  /**
   * Runs the work in one transaction (READ COMMITTED) and commits, or rolls back and throws what the work threw.
   * A deadlock or serialisation failure runs the work again, three times in all: it must not act outside the database.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return inTrace(options.name ? `transaction ${options.name}` : 'transaction', {}, async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.attempt(work, options);
        } catch (error) {
          if (!isRetriable(error) || attempt === tries) throw translated(error);
          await wait(Math.random() * 20 * attempt);
        }
      }
    });
  }

  /** The same under a name, by which traces tell it from others; its commit is a failpoint. */
  namedTransaction<T>(
    name: NamedTransaction | undefined,
    work: (tx: Transaction) => Promise<T>,
    options: { cutAfterMs?: number } = {},
  ): Promise<T> {
    return this.transaction(work, { ...options, name });
  }

  /** Rows of a single statement that needs no transaction around it. */
  async rows<T extends object>(statement: Sql): Promise<T[]> {
    try {
      return await this.withConnection(async (client) => (await run<T>(client, statement)).rows);
    } catch (error) {
      throw translated(error);
    }
  }

  /** @throws Error when there are several rows */
  async maybeOne<T extends object>(statement: Sql): Promise<T | undefined> {
    return atMostOne(await this.rows<T>(statement));
  }

  /** @throws Error unless there is exactly one row */
  async one<T extends object>(statement: Sql): Promise<T> {
    return exactlyOne(await this.rows<T>(statement));
  }

  /** A connection of its own, for locks and notifications that outlive a transaction. */
  async session(): Promise<Session> {
    const options = connectionOptions(this.config, `${this.identity.name} session`);
    return Session.open(new Client(options)).catch((error: unknown) => {
      throw translated(refusedConnection(error));
    });
  }

  /** Ends every connection, once what runs on it has ended. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  private async attempt<T>(
    work: (tx: Transaction) => Promise<T>,
    { name, cutAfterMs }: TransactionOptions,
  ): Promise<T> {
    return this.withConnection(async (client) => {
      const tx = new Transaction(client);
      try {
        await client.query('BEGIN');
        const result = await cut(work(tx), cutAfterMs);
        await commit(client, name);
        tx.committed();
        return result;
      } catch (error) {
        if (!breaksConnection(error)) await rollBack(client);
        throw error;
      } finally {
        tx.end();
      }
    });
  }

  private async withConnection<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    if ((remainingMs() ?? 1) <= 0) throw new Unavailable('The time for this request is over.');
    const client = await this.#pool.take();
    let broken = false;
    try {
      return await use(client);
    } catch (error) {
      broken = breaksConnection(error);
      throw error;
    } finally {
      this.#pool.release(client, broken);
    }
  }
}

async function commit(client: PoolClient, name?: NamedTransaction): Promise<void> {
  if (TOWPATH_TEST_BUILD && name) failpoint(`${name}.commit`, 'before');
  const { command } = await client.query('COMMIT');
  // The server answers ROLLBACK, without an error, when a statement failed and the work went on.
  if (command !== 'COMMIT') throw new Error('A statement failed and its error was swallowed: nothing was committed.');
  if (TOWPATH_TEST_BUILD && name) failpoint(`${name}.commit`, 'after');
}

async function rollBack(client: PoolClient): Promise<void> {
  await client.query('ROLLBACK').catch((error: unknown) => {
    throw new ConnectionLost('rollback failed', { cause: error });
  });
}

/** Work that hangs would hold its locks for ever: after the time its connection is given up, and the server rolls back. */
async function cut<T>(work: Promise<T>, afterMs: number | undefined): Promise<T> {
  if (afterMs === undefined) return work;
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ConnectionLost(`no result after ${afterMs} ms`)), afterMs);
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}

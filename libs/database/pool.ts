import { Logger } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import { Pool, type PoolClient } from 'pg';

import { connectionOptions } from './connection.ts';
import type { DatabaseConfig } from './database.config.ts';
import { refusedConnection } from './failures.ts';

/** Connections in stock. Opening one may take seconds, waiting for a used one may not: better to shed than to queue. */
export class ConnectionPool {
  readonly #logger = new Logger('Database');
  readonly #pool: Pool;

  constructor(
    private readonly config: DatabaseConfig,
    applicationName: string,
  ) {
    this.#pool = new Pool({
      ...connectionOptions(config, applicationName),
      max: config.databasePoolMax,
      idleTimeoutMillis: 30_000,
    });
    // Without a listener the loss of an idle connection would end the process.
    this.#pool.on('error', (error) => this.#logger.warn(`An idle connection was lost: ${error.message}`));
  }

  /** @throws Unavailable when none becomes free in time, or too many wait already */
  async take(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= this.config.databasePoolWaiting)
      throw new Unavailable('Too many wait for the database.');
    // Looked at first: the last connection that may be opened has the time of a new one, not of a wait for a used one.
    const { exhausted } = this;
    const taken = this.#pool.connect().catch((error: unknown) => {
      throw refusedConnection(error);
    });
    const client = await (exhausted ? this.inTime(taken) : taken);
    client.on('error', ignoreLoss);
    return client;
  }

  /** Gives a connection back; a broken one is thrown away. */
  release(client: PoolClient, broken: boolean): void {
    client.removeListener('error', ignoreLoss);
    client.release(broken);
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  private get exhausted(): boolean {
    return this.#pool.idleCount === 0 && this.#pool.totalCount >= this.config.databasePoolMax;
  }

  private async inTime(taken: Promise<PoolClient>): Promise<PoolClient> {
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), this.config.databasePoolWaitMs);
    const first = await Promise.race([taken, late]);
    clearTimeout(timer);
    if (first !== 'late') return first;
    void taken.then(
      (client) => client.release(),
      () => undefined,
    );
    throw new Unavailable('All connections to the database are in use.');
  }
}

/** The statement that runs on it fails too and tells more. */
function ignoreLoss(): void {}

import type { ClientBase } from 'pg';

import type { Sql } from './sql.ts';
import { run } from './statement.ts';

/** One transaction, given to the work that {@link Database.transaction} runs. Useless once that work has ended. */
export class Transaction {
  readonly #committed: (() => void)[] = [];
  #open = true;

  constructor(private readonly client: ClientBase) {}

  async rows<T extends object>(statement: Sql): Promise<T[]> {
    return (await run<T>(this.connection, statement)).rows;
  }

  /** @throws Error when there are several rows */
  async maybeOne<T extends object>(statement: Sql): Promise<T | undefined> {
    return atMostOne(await this.rows<T>(statement));
  }

  /** @throws Error unless there is exactly one row */
  async one<T extends object>(statement: Sql): Promise<T> {
    return exactlyOne(await this.rows<T>(statement));
  }

  /** Resolves with the number of rows that were changed. */
  async run(statement: Sql): Promise<number> {
    return (await run(this.connection, statement)).rowCount ?? 0;
  }

  /** Calls back once the transaction is committed; never when it is rolled back. */
  afterCommit(action: () => void): void {
    this.#committed.push(action);
  }

  /** No further statement: the connection goes back to the pool, or is cut. */
  end(): void {
    this.#open = false;
  }

  committed(): void {
    for (const action of this.#committed) action();
  }

  private get connection(): ClientBase {
    if (!this.#open) throw new Error('This transaction has ended: await every statement inside it.');
    return this.client;
  }
}

export function atMostOne<T>(rows: readonly T[]): T | undefined {
  if (rows.length > 1) throw new Error(`Expected at most one row, found ${rows.length}.`);
  return rows[0];
}

export function exactlyOne<T>(rows: readonly T[]): T {
  const row = atMostOne(rows);
  if (row === undefined) throw new Error('Expected one row, found none.');
  return row;
}

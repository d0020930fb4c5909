import { Database, sql, type Transaction } from '@towpath/database';
import type { ServiceUnderTest } from '@towpath/testing';

interface Meanwhile<T> {
  /** Done before the request begins. */
  readonly first: (tx: Transaction) => Promise<unknown>;
  readonly ask: () => Promise<T>;
  /** Done once the request waits for the transaction. */
  readonly last?: (tx: Transaction) => Promise<unknown>;
}

/** What comes of a request that has to wait for a transaction. Fails when it does not have to. */
export async function meanwhile<T>(shop: ServiceUnderTest, { first, ask, last }: Meanwhile<T>): Promise<T> {
  const waiting = () =>
    shop.database.one(sql`
      SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  const asked = await shop.get(Database).transaction(async (tx) => {
    await first(tx);
    const answer = ask();
    answer.catch(() => undefined);
    await shop.eventually(waiting).toEqual({ waiting: 1 });
    await last?.(tx);
    return { answer };
  });
  return asked.answer;
}

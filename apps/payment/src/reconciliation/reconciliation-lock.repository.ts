import { setTimeout as wait } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { Database, type Session, sql } from '@towpath/database';

const key = 'payment reconciliation';

/** One process at a time: two would mix up their reports. */
@Injectable()
export class ReconciliationLock {
  constructor(private readonly database: Database) {}

  /** Runs the work while the lock is held, or not at all: undefined. `signal` ends with the connection that holds it. */
  async whileHeld<T>(waitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const session = await this.database.session();
    try {
      if (!(await taken(session, performance.now() + waitMs))) return undefined;
      const lost = new AbortController();
      void session.ended.then(() => lost.abort(new Error('The lock of the reconciliation was lost.')));
      return await work(lost.signal);
    } finally {
      await session.close();
    }
  }
}

async function taken(session: Session, giveUpAt: number): Promise<boolean> {
  for (;;) {
    const [row] = await session.rows<{ taken: boolean }>(sql`
      SELECT pg_try_advisory_lock(hashtextextended(${key}, 0)) AS taken`);
    if (row?.taken) return true;
    if (performance.now() >= giveUpAt) return false;
    await wait(500);
  }
}

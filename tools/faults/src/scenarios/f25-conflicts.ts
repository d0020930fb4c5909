import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Database } from '../postgres/database.ts';
import { unwantedAnswers } from './answers.ts';
import { atLeast, told } from './finding.ts';
import { PostgresRepository } from './postgres.repository.ts';
import type { Run, Scenario } from './scenario.ts';

const phaseMs = 12_000;
const ordersAtOnce = 4;
const someOrders = 20;
/** Longer than anybody waits for a lock (500 ms). */
const heldMs = 900;

export const conflicts: Scenario = {
  id: 'F25',
  title: 'Transactions conflict: serialization failures, deadlocks, locks that are held too long',
  transports: ['direct', 'kafka'],
  orders: 600,
  load: { perSecond: 8 },
  async faults(run) {
    const database = new Database(run.shop.databases['order-processor']);
    const server = new PostgresRepository(database);
    try {
      await run.load.reached(0.05);
      const before = await server.conflicts();
      await phase(run, 'serialization failures', () => unserializable(run, server));
      await phase(run, 'deadlocks', () => deadlocked(run, server));
      await phase(run, 'locks held too long', () => lockedOut(run));
      const after = await server.conflicts();
      run.found(atLeast('transactions that PostgreSQL could not serialize', unserialized(run), 1, ''));
      run.found(atLeast('deadlocks that PostgreSQL ended', after.deadlocks - before.deadlocks, 1, ''));
      run.found(told('transactions rolled back', after.rolledBack - before.rolledBack, ''));
    } finally {
      await server.reset();
      await database.close();
    }
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

async function phase({ shop, nemesis }: Run, fault: string, act: () => Promise<void>): Promise<void> {
  const server = shop.process('postgres-order-processor');
  await nemesis.make({
    fault,
    target: server.name,
    detail: `for ${phaseMs} ms`,
    inFlight: () => server.inFlight(),
    act: async () => void (await act()),
  });
}

/** Every transaction is serializable, and others write what it is about to write: it has to begin anew (40001). */
async function unserializable(run: Run, server: PostgresRepository): Promise<void> {
  await server.set('default_transaction_isolation', 'serializable');
  await lockers(run, ordersAtOnce, async (own) => {
    const ids = await own.openOrders(someOrders);
    if (ids.length > 0) await own.touchOrder(run.random.pick(ids));
    await run.clock.sleep(20);
    await own.commit();
  });
  await server.reset();
}

/** Of what its server wrote down. */
function unserialized({ shop }: Run): number {
  const log = readFileSync(join(shop.folder, 'logs/postgres-order-processor.log'), 'utf8');
  return log.split('could not serialize access').length - 1;
}

/** Others take the two locks of a handler the other way round. */
async function deadlocked(run: Run, server: PostgresRepository): Promise<void> {
  await server.set('deadlock_timeout', '20ms');
  await lockers(run, ordersAtOnce, async (own) => {
    const ids = await own.openOrders(someOrders);
    if (ids.length === 0) return run.clock.sleep(20);
    const id = run.random.pick(ids);
    await own.lockOrder(id);
    await run.clock.sleep(30);
    await own.lockCursors(id);
  });
  await server.reset();
}

/** Others hold what is needed longer than anybody waits for it. */
function lockedOut(run: Run): Promise<void> {
  return lockers(run, 1, async (own) => {
    for (const id of await own.openOrders(someOrders)) await own.lockOrder(id);
    await run.clock.sleep(heldMs);
  });
}

/** Several sessions, each of which does the same in transactions of its own for the length of a phase. */
async function lockers(
  { shop, clock }: Run,
  count: number,
  work: (own: PostgresRepository) => Promise<void>,
): Promise<void> {
  const until = performance.now() + phaseMs;
  const one = async () => {
    const database = new Database(shop.databases['order-processor']);
    const own = new PostgresRepository(database);
    while (performance.now() < until && !clock.signal.aborted) {
      await own.begin();
      // Being the victim of the deadlock is as good as the other being it.
      await work(own).catch(() => undefined);
      await own.rollBack();
    }
    await database.close();
  };
  await Promise.all(Array.from({ length: count }, one));
}

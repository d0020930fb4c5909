import { Database } from '../postgres/database.ts';
import type { FaultShop, TransportName } from '../shop/fault-shop.ts';

/** What each message and each call has done: the same before and after any number of duplicates. */
export interface Effects {
  readonly [what: string]: number;
}

const owners = ['order-processor', 'catalog', 'payment'] as const;

/** Looks into the databases of a shop from outside, and does to them what an operator might. */
export class ShopRepository {
  private readonly databases: ReadonlyMap<string, Database>;

  constructor({ databases }: Pick<FaultShop, 'databases'>) {
    this.databases = new Map(Object.entries(databases).map(([service, url]) => [service, new Database(url)]));
  }

  of(service: string): Database {
    const database = this.databases.get(service);
    if (database === undefined) throw new Error(`${service} has no database`);
    return database;
  }

  async close(): Promise<void> {
    await Promise.all([...this.databases.values()].map((database) => database.close()));
  }

  /** Everything that was ever said is said again. Resolves with the number of messages. */
  async sayAllAgain(transport: TransportName): Promise<number> {
    const counts = await Promise.all(
      owners.map(async (service) => {
        const database = this.of(service);
        const rows =
          transport === 'kafka'
            ? await database.rows(
                'UPDATE outbox SET published_at = NULL, available_at = now(), attempts = 0 RETURNING id',
              )
            : await database.rows(`
                WITH again AS (UPDATE outbox_delivery SET acked_at = NULL, available_at = now(), attempts = 0 RETURNING message_id)
                UPDATE outbox SET published_at = NULL, available_at = now(), attempts = 0
                WHERE id IN (SELECT message_id FROM again) RETURNING id`);
        return rows.length;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** What must not grow when messages come twice. */
  async effects(): Promise<Effects> {
    const counted = {
      orders: ['order-processor', 'SELECT count(*) AS n FROM orders'],
      'order changes': ['order-processor', 'SELECT sum(version) AS n FROM orders'],
      reservations: ['catalog', 'SELECT count(*) AS n FROM reservation'],
      payments: ['payment', 'SELECT count(*) AS n FROM payment'],
      operations: ['payment', 'SELECT count(*) AS n FROM psp_operation'],
      'ledger entries': ['payment', 'SELECT count(*) AS n FROM ledger_entry'],
    } as const;
    const rows = Object.entries(counted).map(async ([what, [service, text]]) => {
      return [what, (await this.of(service).one<{ n: number }>(text)).n] as const;
    });
    return Object.fromEntries(await Promise.all(rows));
  }

  /** Messages that nobody has taken yet and that are older than this. */
  async waiting(olderThanMs = 0): Promise<number> {
    const counts = await Promise.all(
      owners.map((service) =>
        this.of(service).one<{ n: number }>(
          `SELECT count(*) AS n FROM outbox WHERE published_at IS NULL AND parked_at IS NULL
             AND created_at < now() - $1 * interval '1 millisecond'`,
          [olderThanMs],
        ),
      ),
    );
    return counts.reduce((sum, { n }) => sum + n, 0);
  }

  /** The longest time in which a service handled no message, between two moments of `Date.now()`. */
  async longestSilenceMs(service: string, from: number, to: number): Promise<number> {
    const { ms } = await this.of(service).one<{ ms: number | null }>(
      `SELECT max(extract(epoch FROM gap) * 1000)::float8 AS ms FROM (
         SELECT processed_at - lag(processed_at) OVER (ORDER BY processed_at) AS gap FROM inbox
         WHERE processed_at BETWEEN to_timestamp($1 / 1000.0) AND to_timestamp($2 / 1000.0)) AS gaps`,
      [from, to],
    );
    return ms ?? 0;
  }

  /** When a service last handled a message, of `Date.now()`; 0 if it never did. */
  async lastHandledAt(service: string): Promise<number> {
    const { at } = await this.of(service).one<{ at: number | null }>(
      'SELECT max(extract(epoch FROM processed_at) * 1000)::float8 AS at FROM inbox',
    );
    return at ?? 0;
  }

  /** Messages that came before an earlier one of their stream and wait for it. */
  async inGaps(): Promise<number> {
    const counts = await Promise.all(
      owners.map((service) => this.of(service).one<{ n: number }>('SELECT count(*) AS n FROM inbox_pending')),
    );
    return counts.reduce((sum, { n }) => sum + n, 0);
  }

  /** Orders that are through with everything, newest first: a late message changes nothing of them. */
  async completedOrders(limit: number): Promise<string[]> {
    const rows = await this.of('order-processor').rows<{ id: string }>(
      `SELECT id FROM orders WHERE status = 'COMPLETED' AND settled_at IS NOT NULL ORDER BY id DESC LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  async hasHandled(service: string, messageId: string): Promise<boolean> {
    const rows = await this.of(service).rows('SELECT FROM inbox WHERE message_id = $1', [messageId]);
    return rows.length > 0;
  }
}

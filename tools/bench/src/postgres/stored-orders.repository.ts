import { Client } from 'pg';

/** Rows of one order in a table: which they are, `$1` being the order. */
type Belongings = Readonly<Record<string, string>>;

const saidAndHeard: Belongings = {
  stream_version: 'aggregateid = $1::text',
  outbox: 'aggregateid = $1::text',
  outbox_delivery: 'message_id IN (SELECT id FROM outbox WHERE aggregateid = $1::text)',
  inbox: 'aggregate_id = $1::text',
  aggregate_cursor: 'aggregate_id = $1::text',
};
const operations =
  'SELECT operation.id FROM psp_operation operation JOIN payment ON payment.id = payment_id WHERE order_id = $1::uuid';

/** What an order leaves in the database of each service. */
const belongings: Readonly<Record<string, Belongings>> = {
  'order-processor': {
    orders: 'id = $1::uuid',
    order_line: 'order_id = $1::uuid',
    order_timeline: 'order_id = $1::uuid',
    idempotency_key: 'resource_id = $1::uuid',
    ...saidAndHeard,
  },
  catalog: { reservation: 'order_id = $1::uuid', reservation_line: 'order_id = $1::uuid', ...saidAndHeard },
  payment: {
    payment: 'order_id = $1::uuid',
    psp_operation: `id IN (${operations})`,
    ledger_entry: `transfer_id IN (${operations})`,
    ...saidAndHeard,
  },
};

export const ownersOfOrders = Object.keys(belongings);

/** Text that names the order, or is unique to it. */
const names = ['aggregateid', 'aggregate_id', 'message_id', 'key', 'idem_key', 'provider_reference'];
/** What many orders share. */
const shared = ['product_id'];

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Stores many more orders like one that is there, with all that it left in this service's database: other ids, spread over the
 * seven days before it. Straight into the tables, as nobody could order as much in time.
 */
export class StoredOrders {
  private readonly client: Client;
  private readonly service: string;

  static async open(url: string, service: string): Promise<StoredOrders> {
    const orders = new StoredOrders(new Client({ connectionString: url }), service);
    // Who waits for an answer is told; between answers a server that stops is no news.
    orders.client.on('error', () => undefined);
    await orders.client.connect();
    // Checks and triggers have seen the first of them; over millions of rows they would take hours. What cannot be lost is not waited for.
    await orders.client.query(
      'SET session_replication_role = replica; SET synchronous_commit = off; SET statement_timeout = 0',
    );
    return orders;
  }

  private constructor(client: Client, service: string) {
    this.client = client;
    this.service = service;
  }

  /** From the first copy to the last, of `all`. @returns rows */
  async store(orderId: string, first: number, last: number, all: number): Promise<number> {
    let stored = 0;
    // All of it or nothing: the service would take half an order for one that got stuck, and go on with it.
    await this.client.query('BEGIN');
    for (const [table, which] of Object.entries(belongings[this.service])) {
      const { rowCount } = await this.client.query(await this.copying(table, which), [orderId, first, last, all]);
      stored += rowCount ?? 0;
    }
    await this.client.query('COMMIT');
    return stored;
  }

  /** Whether nothing of the order is under way here: its copies would be under way too. */
  async isAtRest(orderId: string): Promise<boolean> {
    const settled =
      this.service === 'order-processor'
        ? 'AND EXISTS (SELECT FROM orders WHERE id = $1::uuid AND settled_at IS NOT NULL)'
        : '';
    const { rows } = await this.client.query<{ rest: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM outbox WHERE aggregateid = $1::text AND published_at IS NULL) ${settled} AS rest`,
      [orderId],
    );
    return rows[0].rest;
  }

  /** As the server does by itself in time. */
  async tidy(): Promise<void> {
    await this.client.query('VACUUM (ANALYZE)');
    await this.client.query('CHECKPOINT');
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async copying(table: string, which: string): Promise<string> {
    const { rows: columns } = await this.client.query<Column>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'`,
      [table],
    );
    const into = columns.map(({ name }) => `"${name}"`).join(', ');
    const values = columns.map(copied).join(', ');
    return `INSERT INTO ${table} (${into}) SELECT ${values}
              FROM (SELECT * FROM ${table} WHERE ${which}) AS one CROSS JOIN generate_series($2::int, $3::int) AS n
             WHERE $4::int > 0`;
  }
}

/** The same id always becomes the same other one in the same copy, so that what belonged together does. */
function copied({ name, type }: Column): string {
  const value = `one."${name}"`;
  if (shared.includes(name)) return value;
  if (type === 'uuid') return `md5(${value}::text || ':' || n)::uuid`;
  if (type.startsWith('timestamp')) return `${value} - interval '7 days' * (n / $4::float8)`;
  return names.includes(name) ? `md5(${value} || ':' || n)::uuid::text` : value;
}

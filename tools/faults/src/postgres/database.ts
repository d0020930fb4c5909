import { Client, types } from 'pg';

/** Counts and amounts fit a number. */
const parsers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 || oid === types.builtins.NUMERIC ? Number : types.getTypeParser(oid, format as 'text'),
};

/** A database of the shop, looked into from outside. Connects when it is asked, and again when the server was away. */
export class Database {
  private readonly url: string;
  private client: Promise<Client> | undefined;
  /** One query after another: there is one connection. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.url = url;
  }

  /** @throws Error when the server is away */
  rows<T>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const rows = this.last.catch(() => undefined).then(() => this.query<T>(text, values));
    this.last = rows;
    return rows;
  }

  async one<T>(text: string, values: readonly unknown[] = []): Promise<T> {
    return (await this.rows<T>(text, values))[0];
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async query<T>(text: string, values: readonly unknown[]): Promise<T[]> {
    const client = await (this.client ??= this.connect());
    const { rows } = await client.query(text, [...values]);
    return rows as T[];
  }

  private async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2_000, types: parsers });
    const forget = () => (this.client = undefined);
    client.on('error', forget).on('end', forget);
    return client.connect().then(
      () => client,
      (error: unknown) => {
        forget();
        throw error;
      },
    );
  }
}

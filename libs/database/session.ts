import { Client, type Notification } from 'pg';

import type { Sql } from './sql.ts';
import { run } from './statement.ts';

/**
 * One connection held for long, outside the pool: for advisory locks and notifications, which belong to a connection.
 * Never through a pooler in transaction mode.
 */
export class Session {
  /** Resolves once the connection is lost or closed; what it held is gone then. */
  readonly ended: Promise<void>;

  private constructor(private readonly client: Client) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  }

  static async open(client: Client): Promise<Session> {
    const session = new Session(client);
    await client.connect();
    return session;
  }

  async rows<T extends object>(statement: Sql): Promise<T[]> {
    return (await run<T>(this.client, statement)).rows;
  }

  /** Calls back with the payload of each notification on this channel. */
  async listen(channel: string, heard: (payload: string) => void): Promise<void> {
    this.client.on('notification', (notification: Notification) => {
      if (notification.channel === channel) heard(notification.payload ?? '');
    });
    await this.client.query(`LISTEN ${this.client.escapeIdentifier(channel)}`);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

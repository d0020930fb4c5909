import { type Database, sql } from '@towpath/database';

import type { OutboxRow } from './envelope.ts';

export class TakenMessages {
  constructor(private readonly database: Database) {}

  /** Takes a message out of the outbox: from now on only who asked knows of it. */
  take(id: string): Promise<OutboxRow> {
    return this.database.one<OutboxRow>(sql`
      DELETE FROM outbox WHERE id = ${id}::uuid
      RETURNING id, aggregatetype, aggregateid, version, type, payload, headers, created_at, attempts`);
  }
}

import { type Database, sql } from '@towpath/database';

import type { OutboxRow } from './envelope.ts';

/** Takes a message out of the outbox: from now on only who asked knows of it. */
export function taken(database: Database, id: string): Promise<OutboxRow> {
  return database.one<OutboxRow>(sql`
    DELETE FROM outbox WHERE id = ${id}::uuid
    RETURNING id, aggregatetype, aggregateid, version, type, payload, headers, created_at, attempts`);
}

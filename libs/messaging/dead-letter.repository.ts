import { inspect } from 'node:util';

import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Database, json, newId, sql, type Transaction } from '@towpath/database';

export interface DeadLetterCause {
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  /** Where it lies, if it can be read there again: it is kept once. */
  readonly from?: string;
}

/** A message that could not be handled, until a person resolves it. */
export interface DeadLetter {
  readonly id: string;
  readonly message_id: string | null;
  readonly aggregate_type: string | null;
  readonly aggregate_id: string | null;
  readonly envelope: unknown;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  readonly created_at: Date;
}

const longest = 4_000;
const letter = sql`id, message_id, aggregate_type, aggregate_id, envelope, reason, error, attempts, created_at`;

@Injectable()
export class DeadLetterRepository {
  constructor(
    private readonly database: Database,
    private readonly identity: ServiceIdentity,
  ) {}

  /** Whatever arrived is kept as it is; what can be read of it is shown in columns. */
  async add(tx: Transaction, arrived: unknown, cause: DeadLetterCause): Promise<void> {
    const { reason, error, attempts, from } = cause;
    const known = (typeof arrived === 'object' && arrived !== null ? arrived : {}) as Record<string, unknown>;
    await tx.run(sql`
      INSERT INTO dead_letter (id, consumer, message_id, aggregate_type, aggregate_id, envelope, reason, error, attempts, origin)
      VALUES (${newId()}::uuid, ${this.identity.name}, ${plain(known['id'])}, ${plain(known['aggregatetype'])}, ${plain(known['subject'])},
              ${text(arrived)}, ${reason}, ${error.replaceAll('\0', '�').slice(0, longest)}, ${attempts}, ${from})
      ON CONFLICT DO NOTHING`);
  }

  /** The oldest first; those newer than `after`. */
  open(limit: number, after?: string): Promise<DeadLetter[]> {
    const start = after === undefined ? sql`` : sql`AND id > ${after}`;
    return this.database.rows<DeadLetter>(
      sql`SELECT ${letter} FROM dead_letter WHERE resolved_at IS NULL ${start} ORDER BY id LIMIT ${limit}`,
    );
  }

  find(id: string): Promise<DeadLetter | undefined> {
    return this.database.maybeOne<DeadLetter>(
      sql`SELECT ${letter} FROM dead_letter WHERE id::text = ${id} AND resolved_at IS NULL`,
    );
  }

  /** `false`: somebody else has resolved it already. */
  async resolve(tx: Transaction, id: string, by: string, resolution: string): Promise<boolean> {
    const resolved = await tx.run(sql`
      UPDATE dead_letter SET resolved_at = now(), resolved_by = ${by}, resolution = ${resolution}
      WHERE id = ${id}::uuid AND resolved_at IS NULL`);
    return resolved === 1;
  }

  async openCount(): Promise<number> {
    const { open } = await this.database.one<{ open: number }>(
      sql`SELECT count(*)::int AS open FROM dead_letter WHERE resolved_at IS NULL`,
    );
    return open;
  }
}

/** What nests too deep to be written down again is kept as far as a person would read it. */
function text(arrived: unknown): string {
  try {
    return json(arrived ?? null);
  } catch {
    return json({ shown: inspect(arrived) });
  }
}

/** Text that fits a column, or nothing. */
function plain(value: unknown): string | null {
  return typeof value === 'string' && /^[\x20-\x7e]{1,200}$/.test(value) ? value : null;
}

import { Injectable } from '@nestjs/common';
import { Database, json, newId, sql, type Transaction } from '@towpath/database';
import { currentTraceId } from '@towpath/tracing';

/** Everything that is noted. What strangers can cause at will (a failed login) is logged and counted, never noted here. */
export type AuditAction =
  | 'session.opened'
  | 'session.refresh-reused'
  | 'password.changed'
  | 'role.granted'
  | 'role.revoked'
  | 'account.erased'
  | 'signing-key.rotated'
  | 'order.refund-asked'
  | 'dead-letter.redriven'
  | 'dead-letter.discarded';

export interface NewAuditEvent {
  /** The id of the user who did it; `operator:<name>` where a command did. */
  readonly actor: string;
  readonly action: AuditAction;
  /** The id of what it was done to. */
  readonly subject: string;
  /** Nothing about a person: it is kept when the person is gone. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** An event as it was noted. */
export interface AuditEvent extends Required<NewAuditEvent> {
  readonly id: string;
  readonly at: Date;
  readonly traceId: string | null;
}

/** Notes who did what that matters for security, for good: the database refuses to change or remove it. */
@Injectable()
export class Audit {
  constructor(private readonly database: Database) {}

  /** In the transaction of what it tells of: both hold, or neither. */
  async record(tx: Transaction, { actor, action, subject, detail = {} }: NewAuditEvent): Promise<void> {
    await tx.run(sql`
      INSERT INTO audit_event (id, actor, action, subject, detail, trace_id)
      VALUES (${newId()}, ${actor}, ${action}, ${subject}, ${json(detail)}, ${currentTraceId() ?? null})`);
  }

  /** What this user did, or had done to them: the newest `limit`, newest first. */
  of(userId: string, limit: number): Promise<AuditEvent[]> {
    return this.database.rows(sql`
      SELECT id, at, actor, action, subject, detail, trace_id AS "traceId" FROM audit_event
      WHERE actor = ${userId} OR subject = ${userId} ORDER BY id DESC LIMIT ${limit}`);
  }
}

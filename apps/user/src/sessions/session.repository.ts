import { Injectable } from '@nestjs/common';
import type { User } from '@towpath/auth';
import { Database, lastId, type Sql, sql, type Transaction } from '@towpath/database';

import type { Role } from '../accounts/account.ts';
import { UserConfig } from '../user.config.ts';

export interface NewSession {
  readonly id: string;
  readonly accountId: string;
  readonly userAgent?: string;
}

/** A session that nobody else can use or end until the transaction is over. */
export interface HeldSession {
  readonly id: string;
  readonly accountId: string;
  readonly isOpen: boolean;
  /** Those that its owner has now. */
  readonly roles: readonly Role[];
}

export interface StoredSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly endedAt: Date | null;
  readonly userAgent: string | null;
}

export interface EndedSession {
  readonly id: string;
  /** When its last access token was issued. */
  readonly lastUsedAt: Date;
}

const columns = sql`
  s.id, s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt", s.ended_at AS "endedAt", s.user_agent AS "userAgent"`;

/** Sessions and their refresh tokens. What has expired is told by the clock of the database. */
@Injectable()
export class SessionRepository {
  private readonly hasExpired: Sql;

  constructor(
    private readonly database: Database,
    { sessionIdleMs, sessionLifetimeMs }: UserConfig,
  ) {
    this.hasExpired = sql`(
      s.last_used_at <= now() - ${sessionIdleMs} * interval '1 millisecond'
      OR s.created_at <= now() - ${sessionLifetimeMs} * interval '1 millisecond')`;
  }

  async open(tx: Transaction, { id, accountId, userAgent }: NewSession, tokenHash: Buffer): Promise<void> {
    await tx.run(
      sql`INSERT INTO session (id, account_id, user_agent) VALUES (${id}, ${accountId}, ${userAgent ?? null})`,
    );
    await this.addToken(tx, id, tokenHash);
  }

  /** The session of a refresh token, used or not. */
  hold(tx: Transaction, tokenHash: Buffer): Promise<HeldSession | undefined> {
    return tx.maybeOne(sql`
      SELECT s.id, s.account_id AS "accountId", a.roles, s.ended_at IS NULL AND NOT ${this.hasExpired} AS "isOpen"
      FROM session s JOIN account a ON a.id = s.account_id
      WHERE s.id = (SELECT session_id FROM refresh_token WHERE hash = ${tokenHash}) FOR UPDATE OF s`);
  }

  /** False when it was used before. */
  async useToken(tx: Transaction, tokenHash: Buffer): Promise<boolean> {
    return (
      1 === (await tx.run(sql`UPDATE refresh_token SET used_at = now() WHERE hash = ${tokenHash} AND used_at IS NULL`))
    );
  }

  async goOn(tx: Transaction, id: string, userAgent: string | undefined, tokenHash: Buffer): Promise<void> {
    await tx.run(sql`UPDATE session SET last_used_at = now(), user_agent = ${userAgent ?? null} WHERE id = ${id}`);
    await this.addToken(tx, id, tokenHash);
  }

  /** Whether the session that an access token was issued for has not ended; how long the token holds is the token's own affair. */
  async isGoingOn({ id, sessionId }: User): Promise<boolean> {
    const { found } = await this.database.one<{ found: boolean }>(sql`
      SELECT EXISTS (SELECT FROM session WHERE id = ${sessionId} AND account_id = ${id} AND ended_at IS NULL) AS found`);
    return found;
  }

  /** Only of this account. */
  end(tx: Transaction, id: string, accountId: string): Promise<EndedSession | undefined> {
    return tx.maybeOne(sql`
      UPDATE session SET ended_at = now() WHERE id = ${id} AND account_id = ${accountId} AND ended_at IS NULL
      RETURNING id, last_used_at AS "lastUsedAt"`);
  }

  /** Of an account whose row the transaction has locked, so that no session is opened meanwhile. */
  endAll(tx: Transaction, accountId: string, exceptId?: string): Promise<EndedSession[]> {
    return tx.rows(sql`
      UPDATE session SET ended_at = now()
      WHERE account_id = ${accountId} AND ended_at IS NULL AND id IS DISTINCT FROM ${exceptId ?? null}::uuid
      RETURNING id, last_used_at AS "lastUsedAt"`);
  }

  /** Leaves an account those of its sessions that were used last. */
  endAllBut(tx: Transaction, accountId: string, kept: number): Promise<EndedSession[]> {
    return tx.rows(sql`
      UPDATE session SET ended_at = now() WHERE ended_at IS NULL AND id IN (
        SELECT id FROM session WHERE account_id = ${accountId} AND ended_at IS NULL ORDER BY last_used_at DESC OFFSET ${kept})
      RETURNING id, last_used_at AS "lastUsedAt"`);
  }

  async forgetClients(tx: Transaction, accountId: string): Promise<void> {
    await tx.run(sql`UPDATE session SET user_agent = NULL WHERE account_id = ${accountId} AND user_agent IS NOT NULL`);
  }

  /** Those that can be used, newest first. */
  page(accountId: string, { after = lastId, limit }: { after?: string; limit: number }): Promise<StoredSession[]> {
    return this.database.rows(sql`
      SELECT ${columns} FROM session s
      WHERE s.account_id = ${accountId} AND s.ended_at IS NULL AND NOT ${this.hasExpired} AND s.id < ${after}
      ORDER BY s.id DESC LIMIT ${limit}`);
  }

  /** All that are still known, the newest first. */
  allOf(accountId: string, limit: number): Promise<StoredSession[]> {
    return this.database.rows(sql`
      SELECT ${columns} FROM session s WHERE s.account_id = ${accountId} ORDER BY s.id DESC LIMIT ${limit}`);
  }

  /** Those of them that were used within this time: of others no access token lives. */
  endedWithin(ms: number): Promise<EndedSession[]> {
    return this.database.rows(sql`
      SELECT id, last_used_at AS "lastUsedAt" FROM session
      WHERE ended_at > now() - ${ms} * interval '1 millisecond' AND last_used_at > now() - ${ms} * interval '1 millisecond'`);
  }

  /**
   * Forgets sessions that have expired and whose access tokens have too. So many rows at most, for one session may have had any
   * number of tokens: first all tokens, then the sessions. Resolves with their number.
   */
  async forgetExpired(limit: number): Promise<number> {
    const isOver = sql`${this.hasExpired} AND greatest(s.last_used_at, s.ended_at) < now() - interval '1 hour'`;
    const tokens = await this.database.rows(sql`
      DELETE FROM refresh_token WHERE hash IN (
        SELECT t.hash FROM session s JOIN refresh_token t ON t.session_id = s.id
        WHERE ${isOver} LIMIT ${limit} FOR UPDATE OF t SKIP LOCKED) RETURNING 1 AS gone`);
    if (tokens.length > 0) return tokens.length;
    const sessions = await this.database.rows(sql`
      DELETE FROM session WHERE id IN (
        SELECT s.id FROM session s
        WHERE ${isOver} AND NOT EXISTS (SELECT FROM refresh_token WHERE session_id = s.id)
        LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1 AS gone`);
    return sessions.length;
  }

  private async addToken(tx: Transaction, sessionId: string, tokenHash: Buffer): Promise<void> {
    await tx.run(sql`INSERT INTO refresh_token (hash, session_id) VALUES (${tokenHash}, ${sessionId})`);
  }
}

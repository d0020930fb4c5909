import { Injectable } from '@nestjs/common';
import type { SessionResponse } from '@towpath/api';
import { Audit } from '@towpath/audit';
import { Database, type Transaction } from '@towpath/database';

import { AccessTokenIssuer } from './access-token-issuer.ts';
import { EndSession } from './end-session.use-case.ts';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token.ts';
import { RefreshTokenRefused } from './session.errors.ts';
import { type HeldSession, SessionRepository } from './session.repository.ts';

/**
 * Gives new tokens for a refresh token, once. Whoever brings one that was used has stolen it, or was stolen from: nobody can
 * tell, so the session ends for both. Two at once are no exception: one of them gets tokens, and they are dead.
 */
@Injectable()
export class RefreshSession {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly ending: EndSession,
    private readonly issuer: AccessTokenIssuer,
    private readonly audit: Audit,
  ) {}

  /** @throws RefreshTokenRefused */
  async execute(refreshToken: string, userAgent: string | undefined): Promise<SessionResponse> {
    const hash = hashOfRefreshToken(refreshToken);
    const response = await this.database.transaction(async (tx) => {
      const session = await this.sessions.hold(tx, hash);
      if (!session?.isOpen) return undefined;
      if (!(await this.sessions.useToken(tx, hash))) return this.endReused(tx, session);
      return this.goOn(tx, session, userAgent);
    });
    // Only now: the end of a session must be committed although the answer is an error.
    if (!response) throw new RefreshTokenRefused();
    return response;
  }

  private async goOn(tx: Transaction, { id, accountId, roles }: HeldSession, userAgent: string | undefined) {
    const next = newRefreshToken();
    await this.sessions.goOn(tx, id, userAgent, next.hash);
    return this.issuer.issue({ id: accountId, roles, sessionId: id }, next);
  }

  private async endReused(tx: Transaction, { id, accountId }: HeldSession): Promise<undefined> {
    await this.ending.one(tx, id, accountId);
    await this.audit.record(tx, { actor: accountId, action: 'session.refresh-reused', subject: id });
  }
}

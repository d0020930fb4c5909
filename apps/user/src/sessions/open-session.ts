import { Injectable } from '@nestjs/common';
import type { SessionResponse } from '@towpath/api';
import { Audit } from '@towpath/audit';
import { newId, type Transaction } from '@towpath/database';

import type { Role } from '../accounts/account.ts';
import { AccessTokenIssuer } from './access-token-issuer.ts';
import { EndSession } from './end-session.use-case.ts';
import { newRefreshToken } from './refresh-token.ts';
import { SessionRepository } from './session.repository.ts';

export interface SessionOwner {
  readonly accountId: string;
  readonly roles: readonly Role[];
  readonly userAgent?: string;
}

/** Opens a session with its first tokens. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly audit: Audit,
    private readonly issuer: AccessTokenIssuer,
    private readonly ending: EndSession,
  ) {}

  async execute(tx: Transaction, { accountId, roles, userAgent }: SessionOwner): Promise<SessionResponse> {
    const id = newId();
    const refreshToken = newRefreshToken();
    await this.sessions.open(tx, { id, accountId, userAgent }, refreshToken.hash);
    await this.ending.surplus(tx, accountId);
    await this.audit.record(tx, { actor: accountId, action: 'session.opened', subject: id });
    return this.issuer.issue({ id: accountId, roles, sessionId: id }, refreshToken);
  }
}

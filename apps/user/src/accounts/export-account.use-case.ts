import { Injectable } from '@nestjs/common';
import type { UserArchiveResponse } from '@towpath/api';
import { Audit } from '@towpath/audit';
import type { User } from '@towpath/auth';
import { Turnstile } from '@towpath/health';

import { SessionEnded } from '../sessions/session.errors.ts';
import { SessionRepository, type StoredSession } from '../sessions/session.repository.ts';
import { AccountRepository } from './account.repository.ts';
import { toResponse } from './account.ts';
import { OrderHistory } from './order-history.ts';

/** Of each kind the newest: more than a person can have, and little enough to be held in memory. */
const most = 10_000;

/** Gathers all that the shop knows of a person, for a few at a time: an archive may have megabytes. */
@Injectable()
export class ExportAccount {
  private readonly turnstile = new Turnstile(4, 20);

  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly audit: Audit,
    private readonly history: OrderHistory,
  ) {}

  /** The token is the user's own: only their orders can be had with it. @throws Unavailable */
  execute(user: User, token: string): Promise<UserArchiveResponse> {
    return this.turnstile.pass(() => this.gather(user, token));
  }

  private async gather({ id }: User, token: string): Promise<UserArchiveResponse> {
    const orders = await this.history.of(token, most);
    const account = await this.accounts.find(id);
    if (!account) throw new SessionEnded();
    const sessions = await this.sessions.allOf(id, most);
    const events = await this.audit.of(id, most);
    return {
      user: toResponse(account),
      sessions: sessions.map(sessionOf),
      events: events.map(({ at, action }) => ({ at: at.toISOString(), action })),
      orders,
    };
  }
}

function sessionOf({ id, createdAt, lastUsedAt, endedAt, userAgent }: StoredSession) {
  return {
    id,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    userAgent,
  };
}

import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@towpath/database';

import { Revocations } from './revocations.ts';
import { SessionRepository } from './session.repository.ts';

/** Of one account. Who opens more loses the one that was used longest ago. */
const mostSessions = 1_000;

/** Ends sessions: their refresh tokens are dead with the commit, their access tokens once the gateway has heard of it. */
@Injectable()
export class EndSession {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly revocations: Revocations,
  ) {}

  /** False when this account has no such session that goes on. */
  execute(id: string, accountId: string): Promise<boolean> {
    return this.database.transaction((tx) => this.one(tx, id, accountId));
  }

  async one(tx: Transaction, id: string, accountId: string): Promise<boolean> {
    const ended = await this.sessions.end(tx, id, accountId);
    if (ended) tx.afterCommit(() => this.revocations.announce([ended]));
    return ended !== undefined;
  }

  /** Of an account whose row the transaction has locked. */
  async all(tx: Transaction, accountId: string, exceptId?: string): Promise<void> {
    const ended = await this.sessions.endAll(tx, accountId, exceptId);
    tx.afterCommit(() => this.revocations.announce(ended));
  }

  /** Those that an account has too many: ending all of them at once has to stay possible. */
  async surplus(tx: Transaction, accountId: string): Promise<void> {
    const ended = await this.sessions.endAllBut(tx, accountId, mostSessions);
    tx.afterCommit(() => this.revocations.announce(ended));
  }

  /** Nor is it known any more from where this account was used. */
  forgetClients(tx: Transaction, accountId: string): Promise<void> {
    return this.sessions.forgetClients(tx, accountId);
  }
}

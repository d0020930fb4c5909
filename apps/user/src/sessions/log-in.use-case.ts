import { Injectable } from '@nestjs/common';
import type { LogInRequest, SessionResponse } from '@towpath/api';
import { Database, newId } from '@towpath/database';

import { WrongCredentials } from '../accounts/account.errors.ts';
import { AccountRepository } from '../accounts/account.repository.ts';
import type { Account } from '../accounts/account.ts';
import { Passwords } from '../accounts/passwords.ts';
import { AccessTokenIssuer } from './access-token-issuer.ts';
import { SessionRepository } from './session.repository.ts';

/** Opens a session for who knows the password. An unknown address costs the time of a wrong password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionRepository,
    private readonly issuer: AccessTokenIssuer,
  ) {}

  /** @throws WrongCredentials */
  async execute({ email, password }: LogInRequest): Promise<SessionResponse> {
    const account = await this.accounts.findByEmail(email);
    const known = await this.passwords.matches(password, account?.passwordHash);
    if (!account || !known) throw new WrongCredentials();
    const newHash = await this.renewedHash(account, password);
    const sessionId = newId();
    await this.database.transaction(async (tx) => {
      if (newHash) await this.accounts.replaceHash(tx, account, newHash);
      await this.sessions.open(tx, sessionId, account.id);
    });
    return this.issuer.issue({ id: account.id, roles: account.roles, sessionId });
  }

  /** Only now is the password at hand to hash it as strongly as today's passwords are. */
  private async renewedHash({ passwordHash }: Account, password: string): Promise<string | undefined> {
    return this.passwords.isOutdated(passwordHash) ? this.passwords.hash(password) : undefined;
  }
}

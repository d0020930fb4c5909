import { Injectable } from '@nestjs/common';
import type { LogInRequest, SessionResponse } from '@towpath/api';
import { Database, type Transaction } from '@towpath/database';

import { WrongCredentials } from '../accounts/account.errors.ts';
import { AccountRepository } from '../accounts/account.repository.ts';
import type { Account, Role } from '../accounts/account.ts';
import { Passwords } from '../accounts/passwords.ts';
import { LogInMetrics } from './log-in.metrics.ts';
import { OpenSession } from './open-session.ts';

/** Opens a session for who knows the password. An unknown address costs the time of a wrong password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly opening: OpenSession,
    private readonly metrics: LogInMetrics,
  ) {}

  /** @throws WrongCredentials */
  async execute(request: LogInRequest, userAgent: string | undefined): Promise<SessionResponse> {
    const { email, password } = request;
    const account = await this.accounts.findByEmail(email);
    const known = await this.passwords.matches(password, account?.passwordHash);
    if (!account || !known) {
      this.metrics.refused(account?.id);
      throw new WrongCredentials();
    }
    const newHash = await this.renewedHash(account, password);
    const response = await this.database.transaction(async (tx) => {
      const roles = await this.stillValid(tx, account, newHash);
      return roles && this.opening.execute(tx, { accountId: account.id, roles, userAgent });
    });
    // The password was changed while this one was compared: is it the new one?
    if (!response) return this.execute(request, userAgent);
    this.metrics.opened();
    return response;
  }

  /** Only now is the password at hand to hash it as strongly as today's passwords are. */
  private async renewedHash({ passwordHash }: Account, password: string): Promise<string | undefined> {
    return this.passwords.isOutdated(passwordHash) ? this.passwords.hash(password) : undefined;
  }

  private stillValid(tx: Transaction, account: Account, newHash?: string): Promise<readonly Role[] | undefined> {
    return newHash ? this.accounts.replaceHash(tx, account, newHash) : this.accounts.confirmHash(tx, account);
  }
}

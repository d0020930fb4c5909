import { Injectable } from '@nestjs/common';
import type { ChangePasswordRequest } from '@towpath/api';
import { Audit } from '@towpath/audit';
import type { User } from '@towpath/auth';
import { Database } from '@towpath/database';

import { EndSession } from '../sessions/end-session.use-case.ts';
import { WrongPassword } from './account.errors.ts';
import { AccountRepository } from './account.repository.ts';
import { Passwords } from './passwords.ts';

/** Changes the password of who knows it, and logs everybody else out. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly ending: EndSession,
    private readonly audit: Audit,
  ) {}

  /** @throws WrongPassword, BreachedPassword */
  async execute(user: User, request: ChangePasswordRequest): Promise<void> {
    const account = await this.accounts.find(user.id);
    if (!account || !(await this.passwords.matches(request.currentPassword, account.passwordHash)))
      throw new WrongPassword();
    const newHash = await this.passwords.choose(request.newPassword, '/newPassword');
    const changed = await this.database.transaction(async (tx) => {
      if (!(await this.accounts.replaceHash(tx, account, newHash))) return false;
      await this.ending.all(tx, user.id, user.sessionId);
      await this.audit.record(tx, { actor: user.id, action: 'password.changed', subject: user.id });
      return true;
    });
    // Somebody else was faster: is the current password still the current one?
    if (!changed) await this.execute(user, request);
  }
}

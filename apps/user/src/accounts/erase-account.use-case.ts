import { Injectable } from '@nestjs/common';
import { Audit } from '@towpath/audit';
import type { User } from '@towpath/auth';
import { Database } from '@towpath/database';

import { EndSession } from '../sessions/end-session.use-case.ts';
import { LastAdmin, WrongPassword } from './account.errors.ts';
import { AccountRepository } from './account.repository.ts';
import { Passwords } from './passwords.ts';

/** Forgets a person for good. What is left is an id that the orders speak of, and nothing tells whose it was. */
@Injectable()
export class EraseAccount {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly ending: EndSession,
    private readonly audit: Audit,
  ) {}

  /** @throws WrongPassword, LastAdmin */
  async execute(user: User, password: string): Promise<void> {
    const account = await this.accounts.find(user.id);
    if (!account || !(await this.passwords.matches(password, account.passwordHash))) throw new WrongPassword();
    const erased = await this.database.transaction(async (tx) => {
      const admins = await this.accounts.holdAdmins(tx);
      if (admins.length === 1 && admins[0] === user.id) throw new LastAdmin();
      if (!(await this.accounts.erase(tx, account))) return false;
      await this.ending.all(tx, user.id);
      await this.ending.forgetClients(tx, user.id);
      await this.audit.record(tx, { actor: user.id, action: 'account.erased', subject: user.id });
      return true;
    });
    // The password was changed meanwhile: is this the new one?
    if (!erased) await this.execute(user, password);
  }
}

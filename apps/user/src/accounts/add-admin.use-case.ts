import { Injectable } from '@nestjs/common';
import { Audit } from '@towpath/audit';
import { Database } from '@towpath/database';

import { EndSession } from '../sessions/end-session.use-case.ts';
import { AccountRepository } from './account.repository.ts';
import { newAdmin } from './account.ts';
import { Passwords } from './passwords.ts';

/** Makes an admin. A stranger who registered the address before is out, with whatever tokens they hold. */
@Injectable()
export class AddAdmin {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly ending: EndSession,
    private readonly audit: Audit,
  ) {}

  async execute(email: string, password: string, by: string): Promise<void> {
    const admin = newAdmin(email, await this.passwords.hash(password));
    await this.database.transaction(async (tx) => {
      const id = await this.accounts.addAdmin(tx, admin);
      await this.ending.all(tx, id);
      const detail = { role: 'admin' };
      await this.audit.record(tx, { actor: `operator:${by}`, action: 'role.granted', subject: id, detail });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Audit } from '@towpath/audit';
import { Database } from '@towpath/database';

import { EndSession } from '../sessions/end-session.use-case.ts';
import { LastAdmin } from './account.errors.ts';
import { AccountRepository } from './account.repository.ts';
import { type Role, roles } from './account.ts';

export interface RoleChange {
  readonly change: 'grant' | 'revoke';
  readonly email: string;
  readonly role: Role;
  /** Who asked for it. */
  readonly by: string;
}

/** Roles stay as they are; the message says why. */
export class RolesStay extends Error {}

/** Gives a role to somebody or takes it away. The person has to log in again, so that no token speaks of the old roles. */
@Injectable()
export class ChangeRoles {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly ending: EndSession,
    private readonly audit: Audit,
  ) {}

  /** @throws RolesStay, LastAdmin */
  execute({ change, email, role, by }: RoleChange): Promise<void> {
    return this.database.transaction(async (tx) => {
      const admins = await this.accounts.holdAdmins(tx);
      const account = await this.accounts.holdByEmail(tx, email);
      if (!account) throw new RolesStay(`Nobody is registered as ${email}.`);
      const isLastAdmin = admins.length === 1 && admins[0] === account.id;
      if (change === 'revoke' && role === 'admin' && isLastAdmin) throw new LastAdmin();
      await this.accounts.setRoles(tx, account.id, rolesAfter(change, role, account.roles));
      await this.ending.all(tx, account.id);
      const action = change === 'grant' ? 'role.granted' : 'role.revoked';
      await this.audit.record(tx, { actor: `operator:${by}`, action, subject: account.id, detail: { role } });
    });
  }
}

function rolesAfter(change: RoleChange['change'], role: Role, now: readonly Role[]): Role[] {
  const has = now.includes(role);
  if (change === 'grant' && has) throw new RolesStay(`This account already has the role ${role}.`);
  if (change === 'revoke' && !has) throw new RolesStay(`This account does not have the role ${role}.`);
  if (change === 'revoke' && now.length === 1)
    throw new RolesStay('An account needs a role, and this is its only one.');
  return roles.filter((each) => (each === role ? change === 'grant' : now.includes(each)));
}

import { Injectable } from '@nestjs/common';
import { Database, sql, type Transaction } from '@towpath/database';

import type { Account } from './account.ts';

export interface StoredAccount extends Account {
  readonly createdAt: Date;
}

const columns = sql`id, email, name, password_hash AS "passwordHash", roles, created_at AS "createdAt"`;

@Injectable()
export class AccountRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<StoredAccount | undefined> {
    return this.database.maybeOne(sql`SELECT ${columns} FROM account WHERE id = ${id}`);
  }

  findByEmail(email: string): Promise<StoredAccount | undefined> {
    return this.database.maybeOne(sql`SELECT ${columns} FROM account WHERE email = ${email}`);
  }

  async hasAdmin(): Promise<boolean> {
    const { found } = await this.database.one<{ found: boolean }>(
      sql`SELECT EXISTS (SELECT FROM account WHERE 'admin' = ANY (roles)) AS found`,
    );
    return found;
  }

  /** A known address keeps its account, but is written too: that costs the same time, so the answer's time tells nothing. */
  async addUnlessKnown(tx: Transaction, account: Account): Promise<void> {
    await tx.run(sql`
      INSERT INTO account (id, email, name, password_hash, roles)
      VALUES (${account.id}, ${account.email}, ${account.name}, ${account.passwordHash}, ${account.roles})
      ON CONFLICT (email) DO UPDATE SET email = excluded.email`);
  }

  /** Whoever registered the address before loses it: it was never theirs. */
  async addAdmin(tx: Transaction, account: Account): Promise<void> {
    await tx.run(sql`
      INSERT INTO account (id, email, name, password_hash, roles)
      VALUES (${account.id}, ${account.email}, ${account.name}, ${account.passwordHash}, ${account.roles})
      ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, roles = excluded.roles`);
  }

  /** Leaves a password alone that was changed meanwhile. */
  async replaceHash(tx: Transaction, { id, passwordHash }: Account, newHash: string): Promise<void> {
    await tx.run(sql`
      UPDATE account SET password_hash = ${newHash} WHERE id = ${id} AND password_hash = ${passwordHash}`);
  }
}

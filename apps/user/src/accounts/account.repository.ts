import { Injectable } from '@nestjs/common';
import { Database, sql, type Transaction } from '@towpath/database';

import type { Account, Role } from './account.ts';

export interface StoredAccount extends Account {
  readonly createdAt: Date;
}

const columns = sql`id, email, name, password_hash AS "passwordHash", roles, created_at AS "createdAt"`;

/** The people whom the shop knows. Of one who was erased only the id is left: that is nobody's account any more. */
@Injectable()
export class AccountRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<StoredAccount | undefined> {
    return this.database.maybeOne(sql`SELECT ${columns} FROM account WHERE id = ${id} AND erased_at IS NULL`);
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

  /** Whoever registered the address before loses it: it was never theirs. Resolves with the id of the account. */
  async addAdmin(tx: Transaction, account: Account): Promise<string> {
    const { id } = await tx.one<{ id: string }>(sql`
      INSERT INTO account (id, email, name, password_hash, roles)
      VALUES (${account.id}, ${account.email}, ${account.name}, ${account.passwordHash}, ${account.roles})
      ON CONFLICT (email) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash, roles = excluded.roles
      RETURNING id`);
    return id;
  }

  /** Undefined unless the hash is still what it was. The account stays as it is until the transaction is over. */
  async confirmHash(tx: Transaction, { id, passwordHash }: Account): Promise<readonly Role[] | undefined> {
    const found = await tx.maybeOne<Account>(sql`
      SELECT roles FROM account WHERE id = ${id} AND password_hash = ${passwordHash} FOR SHARE`);
    return found?.roles;
  }

  /** Undefined, and nothing replaced, unless the hash is still what it was. */
  async replaceHash(
    tx: Transaction,
    { id, passwordHash }: Account,
    newHash: string,
  ): Promise<readonly Role[] | undefined> {
    const found = await tx.maybeOne<Account>(sql`
      UPDATE account SET password_hash = ${newHash} WHERE id = ${id} AND password_hash = ${passwordHash} RETURNING roles`);
    return found?.roles;
  }

  /** Nobody becomes an admin or stops being one until the transaction is over. Resolves with their ids. */
  async holdAdmins(tx: Transaction): Promise<string[]> {
    const admins = await tx.rows<{ id: string }>(
      sql`SELECT id FROM account WHERE 'admin' = ANY (roles) ORDER BY id FOR UPDATE`,
    );
    return admins.map(({ id }) => id);
  }

  /** Nobody else changes the account until the transaction is over. */
  holdByEmail(tx: Transaction, email: string): Promise<StoredAccount | undefined> {
    return tx.maybeOne(sql`SELECT ${columns} FROM account WHERE email = ${email} FOR UPDATE`);
  }

  async setRoles(tx: Transaction, id: string, roles: readonly Role[]): Promise<void> {
    await tx.run(sql`UPDATE account SET roles = ${roles} WHERE id = ${id}`);
  }

  /** Leaves nothing of the person but the id. False, and nothing erased, unless the hash is still what it was. */
  async erase(tx: Transaction, { id, passwordHash }: Account): Promise<boolean> {
    const changed = await tx.run(sql`
      UPDATE account SET email = NULL, name = NULL, password_hash = NULL, roles = '{}', erased_at = now()
      WHERE id = ${id} AND password_hash = ${passwordHash}`);
    return changed === 1;
  }
}

import { Injectable } from '@nestjs/common';
import type { RegisterRequest } from '@towpath/api';
import { Database } from '@towpath/database';

import { AccountRepository } from './account.repository.ts';
import { newCustomer } from './account.ts';
import { Passwords } from './passwords.ts';

/** Makes a customer's account. For a known address it does the same work and changes nothing, so nobody learns who is known. */
@Injectable()
export class RegisterAccount {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
  ) {}

  /** @throws BreachedPassword, known address or not */
  async execute({ email, name, password }: RegisterRequest): Promise<void> {
    const passwordHash = await this.passwords.choose(password, '/password');
    await this.database.transaction((tx) => this.accounts.addUnlessKnown(tx, newCustomer(email, name, passwordHash)));
  }
}

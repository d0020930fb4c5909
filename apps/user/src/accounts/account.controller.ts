import { Controller } from '@nestjs/common';
import { type AnswerOf, type InputOf, readMe, register } from '@towpath/api';
import { CurrentUser, type User } from '@towpath/auth';
import { Input, Route } from '@towpath/http';

import { AccountGone } from './account.errors.ts';
import { AccountRepository } from './account.repository.ts';
import { RegisterAccount } from './register-account.use-case.ts';

@Controller()
export class AccountController {
  constructor(
    private readonly registerAccount: RegisterAccount,
    private readonly accounts: AccountRepository,
  ) {}

  @Route(register)
  async register(@Input() { body }: InputOf<typeof register>): Promise<AnswerOf<typeof register>> {
    await this.registerAccount.execute(body);
    return {};
  }

  @Route(readMe)
  async readMe(@CurrentUser() user: User): Promise<AnswerOf<typeof readMe>> {
    const account = await this.accounts.find(user.id);
    if (!account) throw new AccountGone();
    const { id, email, name, roles, createdAt } = account;
    return { id, email, name, roles: [...roles], createdAt: createdAt.toISOString() };
  }
}

import { Controller } from '@nestjs/common';
import { type AnswerOf, type InputOf, register } from '@towpath/api';
import { Input, Route } from '@towpath/http';

import { RegisterAccount } from './register-account.use-case.ts';

@Controller()
export class AccountController {
  constructor(private readonly registerAccount: RegisterAccount) {}

  @Route(register)
  async register(@Input() { body }: InputOf<typeof register>): Promise<AnswerOf<typeof register>> {
    await this.registerAccount.execute(body);
    return {};
  }
}

import { Controller, Headers } from '@nestjs/common';
import { type AnswerOf, changePassword, eraseMe, exportMe, type InputOf, readMe } from '@towpath/api';
import { CurrentUser, type User } from '@towpath/auth';
import { Input, Route } from '@towpath/http';

import { SessionEnded } from '../sessions/session.errors.ts';
import { AccountRepository } from './account.repository.ts';
import { toResponse } from './account.ts';
import { ChangePassword } from './change-password.use-case.ts';
import { EraseAccount } from './erase-account.use-case.ts';
import { ExportAccount } from './export-account.use-case.ts';

@Controller()
export class MeController {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly changing: ChangePassword,
    private readonly exporting: ExportAccount,
    private readonly erasing: EraseAccount,
  ) {}

  @Route(readMe)
  async read(@CurrentUser() user: User): Promise<AnswerOf<typeof readMe>> {
    const account = await this.accounts.find(user.id);
    if (!account) throw new SessionEnded();
    return toResponse(account);
  }

  @Route(changePassword)
  async changePassword(
    @Input() { body }: InputOf<typeof changePassword>,
    @CurrentUser() user: User,
  ): Promise<undefined> {
    await this.changing.execute(user, body);
  }

  @Route(exportMe)
  export(
    @CurrentUser() user: User,
    @Headers('authorization') authorization: string,
  ): Promise<AnswerOf<typeof exportMe>> {
    return this.exporting.execute(user, authorization.slice('Bearer '.length));
  }

  @Route(eraseMe)
  async erase(
    @Input() { body }: InputOf<typeof eraseMe>,
    @CurrentUser() user: User,
  ): Promise<AnswerOf<typeof eraseMe>> {
    await this.erasing.execute(user, body.password);
    return {};
  }
}

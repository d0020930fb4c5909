import type { FactoryProvider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '@towpath/audit';
import { AuthModule } from '@towpath/auth';
import { DatabaseModule } from '@towpath/database';
import { Lifecycle } from '@towpath/health';
import { RedisModule } from '@towpath/redis';
import { Service } from '@towpath/service-defaults';

import { AccountController } from './accounts/account.controller.ts';
import { AccountRepository } from './accounts/account.repository.ts';
import { AddAdmin } from './accounts/add-admin.use-case.ts';
import { BreachedPasswords } from './accounts/breached-passwords.ts';
import { ChangePassword } from './accounts/change-password.use-case.ts';
import { ChangeRoles } from './accounts/change-roles.use-case.ts';
import { EraseAccount } from './accounts/erase-account.use-case.ts';
import { ExportAccount } from './accounts/export-account.use-case.ts';
import { FirstAdmin } from './accounts/first-admin.ts';
import { MeController } from './accounts/me.controller.ts';
import { OrderHistory } from './accounts/order-history.ts';
import { Passwords } from './accounts/passwords.ts';
import { RegisterAccount } from './accounts/register-account.use-case.ts';
import { rolesCommand } from './accounts/roles.command.ts';
import { AccessTokenIssuer } from './sessions/access-token-issuer.ts';
import { EndSession } from './sessions/end-session.use-case.ts';
import { LogInMetrics } from './sessions/log-in.metrics.ts';
import { LogIn } from './sessions/log-in.use-case.ts';
import { OpenSession } from './sessions/open-session.ts';
import { RefreshSession } from './sessions/refresh-session.use-case.ts';
import { RevocationsController } from './sessions/revocations.controller.ts';
import { Revocations } from './sessions/revocations.ts';
import { SessionController } from './sessions/session.controller.ts';
import { SessionGuard } from './sessions/session.guard.ts';
import { SessionRepository } from './sessions/session.repository.ts';
import { SessionHousekeeping } from './sessions/session-housekeeping.ts';
import { SigningKeysController } from './sessions/signing-keys.controller.ts';
import { SigningKeysModule } from './sessions/signing-keys.module.ts';
import { SigningKeys } from './sessions/signing-keys.ts';
import { UserConfig } from './user.config.ts';

const breachedPasswords: FactoryProvider<BreachedPasswords> = {
  provide: BreachedPasswords,
  inject: [UserConfig, Lifecycle],
  useFactory: async ({ breachedPasswordsFile }: UserConfig, lifecycle: Lifecycle) => {
    const passwords = await BreachedPasswords.in(breachedPasswordsFile);
    lifecycle.closing('breached passwords', () => passwords.close());
    return passwords;
  },
};

const accounts = [
  AccountRepository,
  AddAdmin,
  ChangePassword,
  ChangeRoles,
  EraseAccount,
  ExportAccount,
  FirstAdmin,
  OrderHistory,
  Passwords,
  RegisterAccount,
  breachedPasswords,
];
const sessions = [
  AccessTokenIssuer,
  EndSession,
  LogIn,
  LogInMetrics,
  OpenSession,
  RefreshSession,
  Revocations,
  SessionHousekeeping,
  SessionRepository,
  { provide: APP_GUARD, useClass: SessionGuard },
];

@Service({
  name: 'user',
  settings: [UserConfig],
  imports: [
    DatabaseModule,
    AuditModule,
    RedisModule,
    SigningKeysModule,
    AuthModule.withKeysOf(SigningKeysModule, SigningKeys),
  ],
  controllers: [AccountController, MeController, RevocationsController, SessionController, SigningKeysController],
  providers: [...accounts, ...sessions],
})
export class UserModule {
  static readonly commands = [rolesCommand];
}

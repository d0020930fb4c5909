import { AuthModule } from '@towpath/auth';
import { DatabaseModule } from '@towpath/database';
import { Service } from '@towpath/service-defaults';

import { AccountController } from './accounts/account.controller.ts';
import { AccountRepository } from './accounts/account.repository.ts';
import { FirstAdmin } from './accounts/first-admin.ts';
import { Passwords } from './accounts/passwords.ts';
import { RegisterAccount } from './accounts/register-account.use-case.ts';
import { AccessTokenIssuer } from './sessions/access-token-issuer.ts';
import { LogIn } from './sessions/log-in.use-case.ts';
import { SessionController } from './sessions/session.controller.ts';
import { SessionRepository } from './sessions/session.repository.ts';
import { SigningKeysController } from './sessions/signing-keys.controller.ts';
import { SigningKeysModule } from './sessions/signing-keys.module.ts';
import { SigningKeys } from './sessions/signing-keys.ts';
import { UserConfig } from './user.config.ts';

@Service({
  name: 'user',
  settings: [UserConfig],
  imports: [DatabaseModule, SigningKeysModule, AuthModule.withKeysOf(SigningKeysModule, SigningKeys)],
  controllers: [AccountController, SessionController, SigningKeysController],
  providers: [AccessTokenIssuer, AccountRepository, FirstAdmin, LogIn, Passwords, RegisterAccount, SessionRepository],
})
export class UserModule {}

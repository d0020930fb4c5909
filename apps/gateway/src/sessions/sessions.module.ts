import { Global, Module } from '@nestjs/common';
import { AuthConfig, RevokedSessions } from '@towpath/auth';
import { provideSettings } from '@towpath/config';
import { RedisModule } from '@towpath/redis';

import { RefusedSessions } from './refused-sessions.ts';
import { SessionsConfig } from './sessions.config.ts';
import { SessionsOfUserService } from './sessions-of-user-service.ts';

/** Global, as the auth lib asks for it. */
@Global()
@Module({
  imports: [RedisModule],
  providers: [
    provideSettings(SessionsConfig),
    provideSettings(AuthConfig),
    SessionsOfUserService,
    { provide: RevokedSessions, useClass: RefusedSessions },
  ],
  exports: [RevokedSessions],
})
export class SessionsModule {}

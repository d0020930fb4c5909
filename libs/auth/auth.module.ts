import { type DynamicModule, Global, Module, type Provider, type Type } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { AccessControl } from './access-control.ts';
import { AccessTokens } from './access-tokens.ts';
import { AuthConfig } from './auth.config.ts';
import { Jwks } from './jwks.ts';
import { KeySource } from './key-source.ts';
import { UserServiceKeys } from './user-service-keys.ts';

const verification: Provider[] = [Jwks, AccessTokens, AccessControl];

@Global()
@Module({ providers: verification, exports: [AccessControl] })
class OwnKeysAuthModule {}

/** Verifies access tokens with the public keys of the user service, whose URL is the setting `USER_URL`. */
@Global()
@Module({
  providers: [provideSettings(AuthConfig), { provide: KeySource, useClass: UserServiceKeys }, ...verification],
  exports: [AccessControl],
})
export class AuthModule {
  /** For the service that holds the keys: the source is a provider of `module`, and nothing is asked over HTTP. */
  static withKeysOf(module: Type, source: Type<KeySource>): DynamicModule {
    return {
      module: OwnKeysAuthModule,
      imports: [module],
      providers: [{ provide: KeySource, useExisting: source }],
    };
  }
}

import { Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { UserConfig } from '../user.config.ts';
import { SigningKeys } from './signing-keys.ts';

/** A module of its own because both the service and the verification of its tokens need the keys. */
@Module({
  providers: [
    provideSettings(UserConfig),
    {
      provide: SigningKeys,
      inject: [UserConfig],
      useFactory: ({ signingKeysFile }: UserConfig) => SigningKeys.fromFile(signingKeysFile),
    },
  ],
  exports: [SigningKeys],
})
export class SigningKeysModule {}

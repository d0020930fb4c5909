import { Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { UserConfig } from '../user.config.ts';
import { RotateSigningKey } from './rotate-signing-key.use-case.ts';
import { keysCommand } from './signing-keys.command.ts';
import { SigningKeys } from './signing-keys.ts';

/** A module of its own because both the service and the verification of its tokens need the keys. */
@Module({
  providers: [
    provideSettings(UserConfig),
    {
      provide: SigningKeys,
      inject: [UserConfig],
      useFactory: ({ signingKeysFile }: UserConfig) => new SigningKeys(signingKeysFile),
    },
    RotateSigningKey,
  ],
  exports: [SigningKeys],
})
export class SigningKeysModule {
  static readonly commands = [keysCommand];
}

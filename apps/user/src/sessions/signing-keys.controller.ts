import { Controller, Get, Header } from '@nestjs/common';

import { SigningKeys } from './signing-keys.ts';

/** For those who verify tokens, by RFC 7517; not part of the public API. */
@Controller()
export class SigningKeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('.well-known/jwks.json')
  @Header('cache-control', 'public, max-age=600')
  read(): SigningKeys['publicSet'] {
    return this.keys.publicSet;
  }
}

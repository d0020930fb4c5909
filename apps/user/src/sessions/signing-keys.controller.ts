import { Controller } from '@nestjs/common';
import { type AnswerOf, defineRoute } from '@towpath/api';
import { Answer, Route } from '@towpath/http';
import { z } from 'zod';

import { SigningKeys } from './signing-keys.ts';

/** For the services that verify tokens (RFC 7517); not part of the public API. */
const readSigningKeys = defineRoute({
  name: 'readSigningKeys',
  method: 'GET',
  path: '/.well-known/jwks.json',
  service: 'user',
  access: 'anyone',
  summary: 'The public keys of access tokens.',
  answers: { 200: z.object({ keys: z.array(z.unknown()) }) },
  problems: [],
});

@Controller()
export class SigningKeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Route(readSigningKeys)
  read(): Answer<AnswerOf<typeof readSigningKeys>> {
    return new Answer(this.keys.publicSet, { headers: { 'cache-control': 'public, max-age=600' } });
  }
}

import { setting, Settings } from '@towpath/config';

export class UserConfig extends Settings({
  signingKeysFile: setting.file({
    meaning: 'JSON { "keys": [private ES256 JWKs] }: the first signs access tokens, all of them verify',
  }),
  firstAdminFile: setting.file({
    optional: true,
    meaning: 'JSON { "email", "password" } of the admin who is made at start while there is none',
  }),
  accessTokenLifetimeMs: setting.durationMs({
    default: 600_000,
    min: 60_000,
    max: 600_000,
    meaning: 'how long an access token holds',
  }),
}) {}

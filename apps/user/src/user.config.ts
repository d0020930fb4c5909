import { setting, Settings } from '@towpath/config';

export class UserConfig extends Settings({
  signingKeysFile: setting.file({
    meaning:
      'JSON { "keys": [private ES256 JWKs, each with an "activeFrom" or without] }: the newest active one signs access tokens, all of them verify',
  }),
  firstAdminFile: setting.file({
    optional: true,
    meaning: 'JSON { "email", "password" } of the admin who is made at start while there is none',
  }),
  orderProcessorUrl: setting.url({ meaning: 'the order-processor, which has the orders of who asks for their data' }),
  accessTokenLifetimeMs: setting.durationMs({
    default: 600_000,
    min: 60_000,
    max: 600_000,
    meaning: 'how long an access token holds',
  }),
  sessionIdleMs: setting.durationMs({
    default: 604_800_000,
    min: 3_600_000,
    max: 2_592_000_000,
    meaning: 'how long a session holds that is not refreshed',
  }),
  sessionLifetimeMs: setting.durationMs({
    default: 2_592_000_000,
    min: 3_600_000,
    max: 2_592_000_000,
    meaning: 'how long a session holds at most',
  }),
  breachedPasswordsFile: setting.file({
    optional: true,
    meaning: 'the SHA-1 of passwords that nobody may choose, one on a line, sorted',
  }),
}) {}

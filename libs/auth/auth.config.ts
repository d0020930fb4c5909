import { setting, Settings } from '@towpath/config';

/** Settings of {@link AuthModule}. */
export class AuthConfig extends Settings({
  userUrl: setting.url({ meaning: 'where the user service serves the public keys of access tokens' }),
}) {}

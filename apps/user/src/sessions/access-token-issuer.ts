import { Injectable } from '@nestjs/common';
import type { SessionResponse } from '@towpath/api';
import { signAccessToken, type User } from '@towpath/auth';

import { UserConfig } from '../user.config.ts';
import { SigningKeys } from './signing-keys.ts';

@Injectable()
export class AccessTokenIssuer {
  constructor(
    private readonly config: UserConfig,
    private readonly keys: SigningKeys,
  ) {}

  async issue(user: User): Promise<SessionResponse> {
    const lifetimeMs = this.config.accessTokenLifetimeMs;
    return {
      accessToken: await signAccessToken(this.keys.current, user, lifetimeMs),
      tokenType: 'Bearer',
      expiresInSeconds: Math.floor(lifetimeMs / 1000),
      sessionId: user.sessionId,
    };
  }
}

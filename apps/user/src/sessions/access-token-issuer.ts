import { Injectable } from '@nestjs/common';
import type { SessionResponse } from '@towpath/api';
import { signAccessToken, type User } from '@towpath/auth';

import { UserConfig } from '../user.config.ts';
import type { RefreshToken } from './refresh-token.ts';
import { SigningKeys } from './signing-keys.ts';

@Injectable()
export class AccessTokenIssuer {
  constructor(
    private readonly config: UserConfig,
    private readonly keys: SigningKeys,
  ) {}

  /** An access token, and beside it the refresh token that the next one is had for. */
  async issue(user: User, refreshToken: RefreshToken): Promise<SessionResponse> {
    const lifetimeMs = this.config.accessTokenLifetimeMs;
    return {
      accessToken: await signAccessToken(this.keys.current, user, lifetimeMs),
      tokenType: 'Bearer',
      expiresInSeconds: Math.floor(lifetimeMs / 1000),
      sessionId: user.sessionId,
      refreshToken: refreshToken.text,
    };
  }
}

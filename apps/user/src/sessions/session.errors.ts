import { DomainError } from '@towpath/errors';

const invalidToken = { 'www-authenticate': 'Bearer error="invalid_token"' };

/** The session of this access token has ended. The answer is that to any other token that does not hold. */
export class SessionEnded extends DomainError {
  constructor() {
    super('unauthenticated', 'A valid access token is needed.', { headers: invalidToken });
  }
}

/** Unknown, used, expired, or of a session that has ended: the answer is the same. */
export class RefreshTokenRefused extends DomainError {
  constructor() {
    super('unauthenticated', 'The refresh token does not hold. Log in again.', { headers: invalidToken });
  }
}

/** There is none, or it is somebody else's. */
export class SessionNotFound extends DomainError {
  constructor() {
    super('not-found', 'You have no such session.');
  }
}

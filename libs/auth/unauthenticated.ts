import { DomainError } from '@towpath/errors';

/** The one answer to a token that does not hold, so that it tells nothing of the cause. */
export function unauthenticated(cause?: unknown): DomainError {
  return new DomainError('unauthenticated', 'A valid access token is needed.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    cause,
  });
}

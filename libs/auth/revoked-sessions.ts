/** Where Redis is told of a session the moment it ends: `{ id, until }` as JSON. */
export const revokedSessionsChannel = 'towpath:revoked-sessions';

/**
 * The sessions that ended while access tokens of theirs still live. A service that must refuse such a token at once provides
 * one from a global module; where there is none, a token holds until it expires.
 */
export abstract class RevokedSessions {
  /** Asked for every request, so answered from memory. @throws Unavailable when it cannot be told */
  abstract isRevoked(sessionId: string): boolean;
}

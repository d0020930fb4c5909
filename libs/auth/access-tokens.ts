import { hash } from 'node:crypto';

import { Injectable, Optional } from '@nestjs/common';
import { DomainError } from '@towpath/errors';
import { type CryptoKey, type JWTHeaderParameters, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';

import { accessToken, accessTokenClaims } from './access-token.ts';
import { Jwks } from './jwks.ts';
import { RevokedSessions } from './revoked-sessions.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { User } from './user.ts';

const maxTokenBytes = 4096;
/** One text for one token: no padding, no spaces, no other alphabet, and the 4 bits that a signature leaves over are zero. */
const form = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/;
const leewaySeconds = 30;
const rememberedMs = 60_000;
const rememberedTokens = 10_000;

interface Verified {
  readonly user: User;
  /** Of `Date.now()`. */
  readonly expiresAtMs: number;
  /** Of `performance.now()`: a clock that is set back lets nobody stay longer. */
  readonly rememberedUntilMs: number;
}

/** Tells whom an access token speaks for. A good token is remembered for a minute, or until it no longer holds. */
@Injectable()
export class AccessTokens {
  private readonly remembered = new LRUCache<string, Verified>({ max: rememberedTokens });
  private readonly underWay = new Map<string, Promise<User>>();

  constructor(
    private readonly keys: Jwks,
    @Optional() private readonly revoked?: RevokedSessions,
  ) {}

  /**
   * @throws DomainError `unauthenticated`, the same for every cause; Unavailable when the keys or the revoked sessions cannot
   * be had
   */
  async verify(token: string): Promise<User> {
    if (token.length > maxTokenBytes) throw unauthenticated();
    const digest = hash('sha256', token, 'base64url');
    const user = this.known(digest) ?? (await this.verifyOnce(digest, token));
    // Last, and for remembered tokens too: a session may have ended a moment ago.
    if (this.revoked?.isRevoked(user.sessionId)) throw unauthenticated();
    return user;
  }

  private known(digest: string): User | undefined {
    const verified = this.remembered.get(digest);
    if (!verified || performance.now() >= verified.rememberedUntilMs || Date.now() >= verified.expiresAtMs)
      return undefined;
    return verified.user;
  }

  /** However many ask with one token, it is verified once. */
  private verifyOnce(digest: string, token: string): Promise<User> {
    const running = this.underWay.get(digest);
    if (running) return running;
    const verification = this.verifyAndRemember(digest, token).finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, verification);
    return verification;
  }

  private async verifyAndRemember(digest: string, token: string): Promise<User> {
    const verified = await this.check(token);
    this.remembered.set(digest, verified);
    return verified.user;
  }

  private async check(token: string): Promise<Verified> {
    if (!form.test(token) || !token.split('.', 2).every(saysEachThingOnce)) throw unauthenticated();
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyOf(header), {
        algorithms: [accessToken.algorithm],
        typ: accessToken.type,
        issuer: accessToken.issuer,
        audience: accessToken.audience,
        clockTolerance: leewaySeconds,
        maxTokenAge: accessToken.maxLifetimeSeconds,
      });
      const claims = accessTokenClaims.parse(payload);
      return {
        user: { id: claims.sub, roles: claims.roles, sessionId: claims.sid },
        expiresAtMs: (claims.exp + leewaySeconds) * 1000,
        rememberedUntilMs: performance.now() + rememberedMs,
      };
    } catch (cause) {
      // Whatever else is wrong with a token is the token's fault, also what nobody thought of.
      throw cause instanceof DomainError ? cause : unauthenticated(cause);
    }
  }

  /** By its id among the keys that we know, never by what else the header offers (`jwk`, `jku`, `x5u`). */
  private async keyOf(header: JWTHeaderParameters): Promise<CryptoKey> {
    if (typeof header.kid !== 'string' || header.crit !== undefined) throw unauthenticated();
    const key = await this.keys.find(header.kid);
    if (!key) throw unauthenticated();
    return key;
  }
}

/** Of two claims with one name, two readers may see different ones. Both parts are as the issuer writes them, or refused. */
function saysEachThingOnce(part: string): boolean {
  const text = Buffer.from(part, 'base64url').toString();
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';
import { z } from 'zod';

import type { SigningKey } from './signing-key.ts';
import type { User } from './user.ts';

/** What makes a JWT an access token of this shop, for those who sign and those who verify. */
export const accessToken = {
  algorithm: 'ES256',
  type: 'at+jwt',
  issuer: 'towpath',
  audience: 'towpath-api',
  /** No token may live longer: a revoked session is remembered until none of its tokens can. */
  maxLifetimeSeconds: 600,
} as const;

/** The claims that are used; `z.int` also refuses times beyond the safe integers. */
export const accessTokenClaims = z
  .object({
    sub: z.uuid(),
    sid: z.uuid(),
    jti: z.string().min(1),
    roles: z.array(z.string()),
    iat: z.int(),
    nbf: z.int(),
    exp: z.int(),
  })
  .refine(({ iat, exp }) => exp - iat <= accessToken.maxLifetimeSeconds);

/** Signs an access token that speaks for the user from now on, for `lifetimeMs` (whole seconds). */
export function signAccessToken(key: SigningKey, user: User, lifetimeMs: number): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000);
  return new SignJWT({ sid: user.sessionId, roles: [...user.roles] })
    .setProtectedHeader({ alg: accessToken.algorithm, typ: accessToken.type, kid: key.publicJwk.kid })
    .setIssuer(accessToken.issuer)
    .setAudience(accessToken.audience)
    .setSubject(user.id)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(lifetimeMs / 1000))
    .sign(key.privateKey);
}

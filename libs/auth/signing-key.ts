import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';

import { accessToken } from './access-token.ts';

const coordinate = z.base64url().length(43);
const publicParts = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate });

/** A public key as `/.well-known/jwks.json` shows it. Members that are not named here are dropped, private ones too. */
export const publicJwk = publicParts.extend({
  kid: z.string().min(1).max(100),
  alg: z.literal(accessToken.algorithm),
  use: z.literal('sig'),
});
export type PublicJwk = z.infer<typeof publicJwk>;

const privateJwk = publicParts.extend({ kid: publicJwk.shape.kid.optional(), d: coordinate });

/** What access tokens are signed with. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: PublicJwk;
}

/** Without a `kid` the key is known by its thumbprint (RFC 7638). @throws Error when it is no private P-256 key */
export async function importSigningKey(jwk: unknown): Promise<SigningKey> {
  const { d, kid, ...parts } = privateJwk.parse(jwk);
  const privateKey = await importJWK({ ...parts, d }, accessToken.algorithm);
  return {
    privateKey: privateKey as CryptoKey,
    publicJwk: { ...parts, kid: kid ?? (await calculateJwkThumbprint(parts)), alg: accessToken.algorithm, use: 'sig' },
  };
}

/** A new private key, for {@link importSigningKey} and for files that hold such keys. */
export async function generateSigningJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(accessToken.algorithm, { extractable: true });
  return exportJWK(privateKey);
}

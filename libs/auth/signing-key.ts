import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

import { z } from 'zod';

import { accessToken } from './access-token.ts';

const coordinate = z.base64url().length(43);
const publicParts = z.object({ crv: z.literal('P-256'), kty: z.literal('EC'), x: coordinate, y: coordinate });

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
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicJwk;
}

/**
 * Without a `kid` the key is known by its thumbprint (RFC 7638).
 * @throws Error when it is no private P-256 key, or its two halves do not belong together
 */
export function importSigningKey(jwk: unknown): SigningKey {
  const { d, kid, ...parts } = privateJwk.parse(jwk);
  const privateKey = createPrivateKey({ key: { ...parts, d }, format: 'jwk' });
  // Nobody would notice before every token was refused.
  const proof = Buffer.from('proof');
  if (!verify('sha256', proof, createPublicKey({ key: parts, format: 'jwk' }), sign('sha256', proof, privateKey)))
    throw new Error('The public half is that of another key.');
  return {
    privateKey,
    publicJwk: { ...parts, kid: kid ?? thumbprint(parts), alg: accessToken.algorithm, use: 'sig' },
  };
}

/** A new private key, for {@link importSigningKey} and for files that hold such keys. */
export async function generateSigningJwk(): Promise<JsonWebKey & { readonly kid: string }> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: thumbprint(publicParts.parse(jwk)) };
}

function thumbprint({ crv, kty, x, y }: z.infer<typeof publicParts>): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

import { createHash, randomBytes } from 'node:crypto';

/** Good for one use. Only its hash is stored. */
export interface RefreshToken {
  readonly text: string;
  readonly hash: Buffer;
}

/** Of 256 random bits, so its hash needs no salt and no work. */
export function newRefreshToken(): RefreshToken {
  const text = randomBytes(32).toString('base64url');
  return { text, hash: hashOfRefreshToken(text) };
}

export function hashOfRefreshToken(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

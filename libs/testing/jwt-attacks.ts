import { attacksOnClaims, attacksOnHeaders } from './jwt-attacks.claims.ts';
import { attacksOnKeys } from './jwt-attacks.keys.ts';
import { attacksOnAlgorithms, attacksOnSignatures } from './jwt-attacks.signatures.ts';
import type { JwtForger } from './jwt-forger.ts';
import { unusualJwts } from './unusual-jwts.ts';

/** What comes of a forger's work: a token, or all Authorization headers of the request. */
export type Forge = (forger: JwtForger) => string | readonly string[];

export interface JwtRow {
  /** Completes "When a token …". */
  readonly title: string;
  readonly isAccepted: boolean;
  /** The values of the request's Authorization headers, of which there may be none or two. */
  readonly headers: (forger: JwtForger) => readonly string[];
}

/**
 * Every known way to get past the check of an access token, and those unusual tokens that must pass it, named as such. Rows about
 * seconds are exact: a test whose clock runs forges them right after a second has begun.
 */
export const jwtRows: readonly JwtRow[] = [
  ...rows(attacksOnAlgorithms, false),
  ...rows(attacksOnSignatures, false),
  ...rows(attacksOnKeys, false),
  ...rows(attacksOnClaims, false),
  ...rows(attacksOnHeaders, false),
  ...rows(unusualJwts, true),
];

function rows(forgeries: Readonly<Record<string, Forge>>, isAccepted: boolean): JwtRow[] {
  return Object.entries(forgeries).map(([title, forge]) => ({
    title,
    isAccepted,
    headers: (forger) => {
      const forged = forge(forger);
      return typeof forged === 'string' ? [`Bearer ${forged}`] : forged;
    },
  }));
}

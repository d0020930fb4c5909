import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto';

import { importSigningKey, type SigningKey } from '@towpath/auth';

type Json = Readonly<Record<string, unknown>>;

/** How a signature is made: the key, the hash, and what the algorithm needs beside. */
interface SignedBy {
  readonly key?: KeyObject;
  /** Null where the algorithm brings its own. */
  readonly hash?: string | null;
  readonly padding?: number;
  readonly saltLength?: number;
}

/**
 * Makes tokens that are wrong in one respect. It knows the key that good ones are signed with, so that nothing but that respect
 * is wrong; what only an attacker's own key can sign is signed with `stranger`.
 */
export class JwtForger {
  /** As the attacked service accepts it. */
  readonly good: string;
  readonly claims: Json;
  readonly header: Json;
  readonly signature: string;
  readonly stranger = generateSigner('P-256');

  constructor(
    good: string,
    readonly key: SigningKey,
  ) {
    const [header = '', claims = '', signature = ''] = good.split('.');
    this.good = good;
    this.header = decoded(header);
    this.claims = decoded(claims);
    this.signature = signature;
  }

  /** For a service whose signing keys are these private JWKs. */
  static knowing(good: string, { keys }: { keys: readonly JsonWebKey[] }): JwtForger {
    const { kid } = decoded(good.split('.')[0] ?? '');
    const known = keys.find((key) => (key as Json)['kid'] === kid);
    if (!known) throw new Error('It was signed with another key.');
    return new JwtForger(good, importSigningKey(known));
  }

  /** The good claims and header with these changes; `undefined` leaves one out. */
  signed(claims: Json = {}, header: Json = {}, by: SignedBy = {}): string {
    return this.signedText(JSON.stringify({ ...this.claims, ...this.fresh(), ...claims }), header, by);
  }

  /** Any text for claims. */
  signedText(claims: string, header: Json | string = {}, by: SignedBy = {}): string {
    return this.signedInput(`${this.headerPart(header)}.${base64url(claims)}`, by);
  }

  /** Any text before the signature. */
  signedInput(input: string, { key = this.key.privateKey, hash = 'sha256', ...more }: SignedBy = {}): string {
    const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...more });
    return `${input}.${signature.toString('base64url')}`;
  }

  /** Signed with a secret that both sides know, or one of them takes for it. */
  hmac(alg: string, secret: string | Buffer, header: Json = {}): string {
    const input = this.unsigned({ alg, ...header });
    return `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`;
  }

  /** Header and claims, without the second dot. */
  unsigned(header: Json = {}): string {
    return `${this.headerPart(header)}.${base64url(JSON.stringify({ ...this.claims, ...this.fresh() }))}`;
  }

  /** Times of a token that is issued so many seconds from now and lives for ten minutes. */
  issuedIn(seconds: number): { iat: number; nbf: number; exp: number } {
    const iat = now() + seconds;
    return { iat, nbf: iat, exp: iat + 600 };
  }

  private fresh() {
    return { ...this.issuedIn(0), jti: randomUUID() };
  }

  private headerPart(header: Json | string): string {
    return base64url(typeof header === 'string' ? header : JSON.stringify({ ...this.header, ...header }));
  }
}

/** A key pair on a curve of the attacker's choice; one on P-256 is a signing key as good as ours. */
export function generateSigner(namedCurve: string): { readonly key: KeyObject; readonly publicJwk: Json } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const jwk = privateKey.export({ format: 'jwk' });
  if (namedCurve === 'P-256') return { key: privateKey, publicJwk: importSigningKey(jwk).publicJwk };
  return { key: privateKey, publicJwk: { ...jwk, d: undefined } };
}

export function base64url(text: string | Buffer): string {
  return Buffer.from(text).toString('base64url');
}

/** Seconds since 1970, as JWTs count. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

function decoded(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
}

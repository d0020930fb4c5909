import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Parts = Readonly<Record<string, unknown>>;

const hourSeconds = 3_600;

/** Tokens that look like those of the shop and are not: what they claim was never signed, or not by the shop. */
export const forgeries: readonly ((valid: string) => string)[] = [
  (valid) => rewritten(valid, (claims) => ({ ...claims, sub: randomUUID() })),
  (valid) => rewritten(valid, (claims) => ({ ...claims, roles: ['admin', 'customer'] })),
  (valid) => `${encode({ ...read(valid, 0), alg: 'none' })}.${valid.split('.')[1]}.`,
  (valid) => signed(read(valid, 0), read(valid, 1), strangersKey),
];

/** A token that the shop itself might have signed an hour ago. */
export function expired(valid: string, signingKeysFile: string): string {
  const { keys } = JSON.parse(readFileSync(signingKeysFile, 'utf8')) as { keys: (JsonWebKey & { kid?: string })[] };
  const header = read(valid, 0);
  const jwk = keys.find(({ kid }) => kid === header['kid']) ?? keys[0];
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const { iat, nbf, exp, ...claims } = read(valid, 1) as Record<string, unknown> &
    Record<'iat' | 'nbf' | 'exp', number>;
  return signed(header, { ...claims, iat: iat - hourSeconds, nbf: nbf - hourSeconds, exp: exp - hourSeconds }, key);
}

const strangersKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function rewritten(token: string, change: (claims: Parts) => Parts): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encode(change(read(token, 1)))}.${signature}`;
}

function signed(header: Parts, claims: Parts, key: KeyObject): string {
  const content = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

const read = (token: string, part: 0 | 1): Parts =>
  JSON.parse(Buffer.from(token.split('.')[part], 'base64url').toString()) as Parts;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

import { createPublicKey, generateKeyPairSync, type JsonWebKey, sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expired, forgeries } from './bad-token.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key: JsonWebKey & { kid: string } = { ...privateKey.export({ format: 'jwk' }), kid: 'of-the-shop' };

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

describe('bad tokens', () => {
  const claims = { sub: 'ada', iat: 10_000, nbf: 10_000, exp: 10_600 };
  const content = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'of-the-shop' })}.${encode(claims)}`;
  const valid = `${content}.${sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'towpath-tokens-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('When a token is expired, then that is all that is wrong with it', () => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, JSON.stringify({ keys: [{ ...key, kid: 'another' }, key] }));

    const token = expired(valid, file);

    expect(isSigned(token)).toBe(true);
    expect(decode(token.split('.')[0])).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'of-the-shop' });
    expect(decode(token.split('.')[1])).toEqual({ sub: 'ada', iat: 6_400, nbf: 6_400, exp: 7_000 });
  });

  it('When a token is forged, then the shop has not signed what it says', () => {
    expect(isSigned(valid)).toBe(true);
    expect(forgeries.map((forge) => isSigned(forge(valid)))).toEqual(forgeries.map(() => false));
  });

  function isSigned(token: string): boolean {
    const [header, payload, signature] = token.split('.');
    const verifier = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
    return verify('sha256', Buffer.from(`${header}.${payload}`), verifier, Buffer.from(signature, 'base64url'));
  }
});

import { createHmac, createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';

import { DomainError, Unavailable } from '@towpath/errors';
import fc from 'fast-check';
import { type CryptoKey, type JWTPayload, SignJWT } from 'jose';

import { signAccessToken } from './access-token.ts';
import { AccessTokens } from './access-tokens.ts';
import { Jwks } from './jwks.ts';
import { generateSigningJwk, importSigningKey, type SigningKey } from './signing-key.ts';

const user = { id: randomUUID(), roles: ['customer'], sessionId: randomUUID() };
const seconds = () => Math.floor(Date.now() / 1000);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  let key: SigningKey;
  let good: string;
  let jwks: Jwks;
  let tokens: AccessTokens;

  beforeAll(async () => {
    key = await importSigningKey(await generateSigningJwk());
    good = await signAccessToken(key, user, 600_000);
  });

  beforeEach(() => {
    jwks = new Jwks({ load: async () => ({ keys: [key.publicJwk] }) });
    tokens = new AccessTokens(jwks);
  });

  const claims = (): JWTPayload => ({
    iss: 'towpath',
    aud: 'towpath-api',
    sub: user.id,
    sid: user.sessionId,
    jti: randomUUID(),
    roles: user.roles,
    iat: seconds(),
    exp: seconds() + 600,
  });
  const sign = (changes: object, header: object = {}, privateKey: CryptoKey = key.privateKey) =>
    new SignJWT(JSON.parse(JSON.stringify({ ...claims(), ...changes })) as JWTPayload)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.publicJwk.kid, ...header })
      .sign(privateKey, { crit: { custom: false } });
  const unsigned = (header: object, payload: object = claims()) =>
    `${base64url({ typ: 'at+jwt', kid: key.publicJwk.kid, ...header })}.${base64url(payload)}`;
  const stranger = async () => importSigningKey(await generateSigningJwk());
  const parts = () => good.split('.') as [string, string, string];
  const refusal = (token: string) =>
    tokens.verify(token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof DomainError ? error.code : error),
    );

  const accepted: Record<string, () => Promise<string>> = {
    'is as the user service signs it': async () => good,
    'expired 29 s ago': () => sign({ exp: seconds() - 29 }),
    'is valid from 29 s ahead': () => sign({ nbf: seconds() + 29 }),
    'names this API among its audiences': () => sign({ aud: ['another', 'towpath-api'] }),
    'carries a key of its own, but holds by ours': async () =>
      sign({}, { jwk: (await stranger()).publicJwk, jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/x5u' }),
  };

  it.each(Object.entries(accepted))('When a token %s, then it is accepted', async (_, make) => {
    const token = await make();

    await expect(tokens.verify(token)).resolves.toEqual(user);
  });

  const attacks: Record<string, () => Promise<string> | string> = {
    'is empty': () => '',
    'is no JWT': () => 'abc',
    'has algorithm none': () => `${unsigned({ alg: 'none' })}.`,
    'has algorithm nOnE': () => `${unsigned({ alg: 'nOnE' })}.`,
    'has no algorithm': () => `${unsigned({})}.${parts()[2]}`,
    'is signed by HS256 with the public key as its secret': () => {
      const input = unsigned({ alg: 'HS256' });
      return `${input}.${createHmac('sha256', JSON.stringify(key.publicJwk)).update(input).digest('base64url')}`;
    },
    'is signed by RS256': () => asymmetric('RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    'is signed on another curve': () =>
      asymmetric('ES256', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
    'is signed by another key under our key id': async () => sign({}, {}, (await stranger()).privateKey),
    'brings the key that it is signed with': async () => {
      const other = await stranger();
      return sign({}, { jwk: other.publicJwk }, other.privateKey);
    },
    'has no signature': () => `${parts()[0]}.${parts()[1]}.`,
    'lost its signature and the dot': () => `${parts()[0]}.${parts()[1]}`,
    'has its signature twice': () => `${good}.${parts()[2]}`,
    'has a signature of zeros': () => `${parts()[0]}.${parts()[1]}.${Buffer.alloc(64).toString('base64url')}`,
    'had its claims changed': () => `${parts()[0]}.${base64url({ ...claims(), roles: ['admin'] })}.${parts()[2]}`,
    'has an unknown key id': () => sign({}, { kid: 'unknown' }),
    'has a path for a key id': () => sign({}, { kid: '../../dev/null' }),
    'has a member of every object for a key id': () => sign({}, { kid: '__proto__' }),
    'has no key id': () => sign({}, { kid: undefined }),
    'has a number for a key id': () => sign({}, { kid: 7 }),
    'has a critical header': () => sign({}, { crit: ['custom'], custom: 1 }),
    'has a critical header that the library knows': () => sign({}, { crit: ['b64'], b64: true }),
    'is of another type': () => sign({}, { typ: 'JWT' }),
    'is of no type': () => sign({}, { typ: undefined }),
    'is from another issuer': () => sign({ iss: 'towpath.example' }),
    'is from no issuer': () => sign({ iss: undefined }),
    'is for another audience': () => sign({ aud: 'towpath-api-2' }),
    'is for part of our audience': () => sign({ aud: 'towpath' }),
    'is for no audience': () => sign({ aud: undefined }),
    'expired 31 s ago': () => sign({ exp: seconds() - 31 }),
    'never expires': () => sign({ exp: undefined }),
    'expires as a string': () => sign({ exp: String(seconds() + 600) }),
    'expires beyond all numbers': () => sign({ exp: 1e300 }),
    'is valid from 31 s ahead': () => sign({ nbf: seconds() + 31 }),
    'is valid from a string': () => sign({ nbf: 'now' }),
    'speaks for nobody': () => sign({ sub: undefined }),
    'speaks for what is no id': () => sign({ sub: "' or 1=1 --" }),
    'belongs to no session': () => sign({ sid: undefined }),
    'belongs to what is no session': () => sign({ sid: 'all' }),
    'has a role that is no list': () => sign({ roles: 'admin' }),
    'is longer than 4 KiB': () => sign({ padding: 'x'.repeat(4096) }),
  };

  it.each(Object.entries(attacks))('When a token %s, then it is refused', async (_, forge) => {
    const token = await forge();

    await expect(refusal(token)).resolves.toBe('unauthenticated');
  });

  it('When a token is any text or has any byte changed, then it is refused', async () => {
    const changed = fc.tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }));
    const last = good.lastIndexOf('.');

    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => (await refusal(text)) === 'unauthenticated'),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([at, text]) => {
        const token = good.slice(0, at) + text + good.slice(at + 1);
        // The last character of a signature holds two bits that count for nothing.
        fc.pre(token.slice(0, -1) !== good.slice(0, -1) && at !== last + 86);
        return (await refusal(token)) === 'unauthenticated';
      }),
      { numRuns: 200 },
    );
  });

  it('When a token is signed in another way, then no key is looked up for it', async () => {
    const find = jest.spyOn(jwks, 'find');

    await refusal(`${unsigned({ alg: 'ES384', kid: 'unknown' })}.${parts()[2]}`);

    expect(find).not.toHaveBeenCalled();
  });

  it('When one token comes many times, then it is verified once', async () => {
    const find = jest.spyOn(jwks, 'find');

    const together = await Promise.all([tokens.verify(good), tokens.verify(good), tokens.verify(good)]);
    const later = await tokens.verify(good);

    expect([...together, later]).toEqual([user, user, user, user]);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('When the session of a remembered token has ended, then it is refused at once, as any other', async () => {
    const ended = new Set<string>();
    tokens = new AccessTokens(jwks, { isRevoked: (sessionId) => ended.has(sessionId) });
    await tokens.verify(good);
    ended.add(user.sessionId);

    await expect(refusal(good)).resolves.toBe('unauthenticated');
    ended.clear();
    await expect(tokens.verify(good)).resolves.toEqual(user);
  });

  it('When nobody can tell which sessions have ended, then nobody is let in', async () => {
    const refuse = () => {
      throw new Unavailable();
    };
    tokens = new AccessTokens(jwks, { isRevoked: refuse });

    await expect(tokens.verify(good)).rejects.toThrow(Unavailable);
    await expect(refusal('nonsense')).resolves.toBe('unauthenticated');
  });

  describe('as time goes by', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
    afterEach(() => jest.useRealTimers());

    it('When a minute has passed, then a token is verified again', async () => {
      const find = jest.spyOn(jwks, 'find');

      await tokens.verify(good);
      jest.advanceTimersByTime(59_999);
      await tokens.verify(good);
      expect(find).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(1);
      await tokens.verify(good);
      expect(find).toHaveBeenCalledTimes(2);
    });

    it('When a remembered token expires, then it is refused', async () => {
      const shortLived = await sign({ exp: seconds() + 10 });

      await tokens.verify(shortLived);
      jest.advanceTimersByTime(41_000);

      await expect(refusal(shortLived)).resolves.toBe('unauthenticated');
    });
  });

  function asymmetric(alg: string, privateKey: KeyObject): string {
    const input = unsigned({ alg });
    return `${input}.${createSign('sha256').update(input).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }, 'base64url')}`;
  }
});

import { randomUUID } from 'node:crypto';

import { DomainError, Unavailable } from '@towpath/errors';
import { JwtForger } from '@towpath/testing';
import fc from 'fast-check';

import { signAccessToken } from './access-token.ts';
import { AccessTokens } from './access-tokens.ts';
import { Jwks } from './jwks.ts';
import { generateSigningJwk, importSigningKey, type SigningKey } from './signing-key.ts';

const user = { id: randomUUID(), roles: ['customer'], sessionId: randomUUID() };
const minutes = 60_000;

// What makes a token good or bad is in jwt-attacks.spec.ts.
describe('access tokens', () => {
  let key: SigningKey;
  let good: string;
  let forger: JwtForger;
  let jwks: Jwks;
  let tokens: AccessTokens;

  beforeAll(async () => {
    key = importSigningKey(await generateSigningJwk());
  });

  beforeEach(async () => {
    good = await signAccessToken(key, user, 10 * minutes);
    forger = new JwtForger(good, key);
    jwks = new Jwks({ load: async () => ({ keys: [key.publicJwk] }) });
    tokens = new AccessTokens(jwks);
  });

  const refusal = (token: string) =>
    tokens.verify(token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof DomainError ? error.code : error),
    );

  it('When a token is any text or has any character changed, then it is refused', async () => {
    const changed = fc.tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }));

    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => (await refusal(text)) === 'unauthenticated'),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([at, text]) => {
        const token = good.slice(0, at) + text + good.slice(at + 1);
        fc.pre(token !== good);
        return (await refusal(token)) === 'unauthenticated';
      }),
      { numRuns: 500 },
    );
  });

  it('When a token is refused for its form, algorithm or kind of key id, then no key is looked up for it', async () => {
    const find = jest.spyOn(jwks, 'find');

    await refusal(forger.signed({}, { alg: 'ES384', kid: 'unknown' }));
    await refusal(`${good}=`);
    await refusal(forger.signed({}, { kid: ['unknown'] }));

    expect(find).not.toHaveBeenCalled();
  });

  it('When one token comes many times, then it is verified once', async () => {
    const find = jest.spyOn(jwks, 'find');

    const together = await Promise.all([tokens.verify(good), tokens.verify(good), tokens.verify(good)]);
    const later = await tokens.verify(good);

    expect([...together, later]).toEqual([user, user, user, user]);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('When 10,000 other tokens came meanwhile, then a token is no longer remembered', async () => {
    const verified = { user, expiresAtMs: Infinity, rememberedUntilMs: Infinity };
    const check = jest.spyOn(tokens as any, 'check').mockResolvedValue(verified);
    const comes = async (...names: (string | number)[]) => {
      for (const name of names) await tokens.verify(String(name));
      return check.mock.calls.length;
    };

    expect(await comes('first', ...Array(9_999).keys(), 'first')).toBe(10_000);
    expect(await comes(...Array(10_000).keys(), 'first')).toBe(10_002);
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

    it('When a remembered token expires, then it is refused 30 s later, however often it came', async () => {
      const shortLived = forger.signed({ exp: Math.floor(Date.now() / 1000) + 10 });
      const find = jest.spyOn(jwks, 'find');

      await tokens.verify(shortLived);
      jest.advanceTimersByTime(38_000);
      await tokens.verify(shortLived);
      expect(find).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(2_000);

      await expect(refusal(shortLived)).resolves.toBe('unauthenticated');
    });

    it('When the clock is set back, then a remembered token is verified again after a minute all the same', async () => {
      const find = jest.spyOn(jwks, 'find');
      await tokens.verify(good);

      jest.advanceTimersByTime(minutes);
      jest.setSystemTime(Date.now() - 5 * minutes);
      await refusal(good);

      expect(find).toHaveBeenCalledTimes(2);
    });

    // Both sides have ten minutes of a token's life to be wrong in, and never is a token accepted that its issuer made for later.
    it.each([
      ['10 min ahead', 'that was just issued', 10, 0, 'accepted'],
      ['10 min ahead', 'that was issued a minute ago', 10, -1, 'unauthenticated'],
      ['10 min behind', 'that was just issued', -10, 0, 'unauthenticated'],
      ['10 min behind', 'that was issued ten minutes ago', -10, -10, 'accepted'],
      ['10 min behind', 'that expired eleven minutes ago', -10, -21, 'unauthenticated'],
    ])('When the clock of a service is %s, then a token %s is judged by that clock', async (...row) => {
      const [, , skewMinutes, issuedMinutes, expected] = row;
      const token = forger.signed(forger.issuedIn(issuedMinutes * 60));

      jest.setSystemTime(Date.now() + skewMinutes * minutes);

      await expect(refusal(token)).resolves.toBe(expected);
    });
  });
});

import { Logger } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';

import { Jwks } from './jwks.ts';
import { generateSigningJwk, importSigningKey, type PublicJwk } from './signing-key.ts';

const minutes = 60_000;

describe('jwks', () => {
  let first: PublicJwk;
  let second: PublicJwk;
  let served: () => Promise<unknown>;
  let load: jest.Mock<Promise<unknown>, []>;
  let jwks: Jwks;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    first = importSigningKey(await generateSigningJwk()).publicJwk;
    second = importSigningKey(await generateSigningJwk()).publicJwk;
  });

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    serve(first);
    load = jest.fn(() => served());
    jwks = new Jwks({ load });
  });

  afterEach(() => jest.useRealTimers());

  const serve = (...keys: unknown[]) => (served = async () => ({ keys }));
  const fail = () => (served = () => Promise.reject(new Unavailable()));
  const kidOf = async (kid: string) => ((await jwks.find(kid)) ? 'found' : 'unknown');

  it('When many ask at once, then the keys are fetched once', async () => {
    const found = await Promise.all([kidOf(first.kid), kidOf(first.kid), kidOf('unknown')]);

    expect(found).toEqual(['found', 'found', 'unknown']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('When a key is unknown, then the keys are fetched again at most every 30 s', async () => {
    await kidOf(first.kid);
    serve(first, second);

    expect(await kidOf(second.kid)).toBe('unknown');
    jest.advanceTimersByTime(29_999);
    expect(await kidOf(second.kid)).toBe('unknown');
    expect(load).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1);
    expect(await kidOf(second.kid)).toBe('found');
    for (let asked = 0; asked < 50; asked += 1) await kidOf(`made-up-${asked}`);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('When a key is withdrawn, then it is unknown after the next fetch', async () => {
    await kidOf(first.kid);
    serve(second);
    jest.advanceTimersByTime(10 * minutes + 1);

    expect(await kidOf(first.kid)).toBe('found');
    await new Promise(setImmediate);
    expect(await kidOf(first.kid)).toBe('unknown');
  });

  it('When the keys cannot be fetched, then the last ones serve for an hour and then nobody is let in', async () => {
    await kidOf(first.kid);
    fail();

    jest.advanceTimersByTime(60 * minutes);
    expect(await kidOf(first.kid)).toBe('found');
    await new Promise(setImmediate);
    jest.advanceTimersByTime(1_000);
    await expect(jwks.find(first.kid)).rejects.toThrow(Unavailable);
  });

  it('When no key was ever had, then each second one fetch is tried until it works', async () => {
    fail();

    await expect(jwks.find(first.kid)).rejects.toThrow(Unavailable);
    await expect(jwks.find(first.kid)).rejects.toThrow(Unavailable);
    expect(load).toHaveBeenCalledTimes(1);
    serve(first);
    jest.advanceTimersByTime(1_000);
    expect(await kidOf(first.kid)).toBe('found');
  });

  it('When an unknown key is asked for and the fetch fails, then it is unknown', async () => {
    await kidOf(first.kid);
    fail();
    jest.advanceTimersByTime(30_000);

    expect(await kidOf('unknown')).toBe('unknown');
    expect(await kidOf(first.kid)).toBe('found');
  });

  it.each([
    ['a key of another kind', { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB', alg: 'RS256', use: 'sig' }],
    ['a key for another use', () => ({ ...first, kid: 'other', use: 'enc' })],
    ['nonsense', 7],
  ])('When the set also holds %s, then the other keys are used', async (_, other) => {
    serve(typeof other === 'function' ? other() : other, first);

    expect([await kidOf(first.kid), await kidOf('rsa'), await kidOf('other')]).toEqual(['found', 'unknown', 'unknown']);
  });

  it.each([[undefined], ['<html>'], [{}], [{ keys: 'none' }]])(
    'When %j comes instead of a set, then nobody is let in',
    async (set) => {
      served = async () => set;

      await expect(jwks.find(first.kid)).rejects.toThrow(Unavailable);
    },
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSigningJwk } from '@towpath/auth';

import { SigningKeys } from './signing-keys.ts';

describe('signing keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signing-keys-'));
  const path = join(folder, 'keys.json');
  let jwks: Awaited<ReturnType<typeof generateSigningJwk>>[];

  beforeAll(async () => {
    jwks = await Promise.all(Array.from({ length: 3 }, generateSigningJwk));
  });
  afterEach(() => jest.useRealTimers());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The keys of a file, each since so many minutes from now, or without saying so. */
  function keysSince(...minutes: (number | undefined)[]): SigningKeys {
    const since = (each?: number) =>
      each !== undefined && { activeFrom: new Date(Date.now() + each * 60_000).toISOString() };
    writeFileSync(
      path,
      JSON.stringify({ keys: minutes.map((each, at) => ({ ...jwks[at], kid: `${at}`, ...since(each) })) }),
    );
    return new SigningKeys(path);
  }

  it('When the file holds keys, then all are public, newest first, without their private part', () => {
    const { publicSet } = keysSince(undefined, -10, 10);

    expect(publicSet.keys).toEqual(
      [2, 1, 0].map((at) => ({
        kty: 'EC',
        crv: 'P-256',
        x: jwks[at]?.x,
        y: jwks[at]?.y,
        kid: `${at}`,
        alg: 'ES256',
        use: 'sig',
      })),
    );
  });

  it.each<[string, (number | undefined)[], string]>([
    ['one key', [undefined], '0'],
    ['keys that do not say since when', [undefined, undefined], '0'],
    ['an old key and one that is newer', [-30, -10], '1'],
    ['a newer key before an old one', [-10, -30], '0'],
    ['a key that waits', [-30, 1], '0'],
    ['a key that always could and a newer one', [undefined, -10], '1'],
    ['only keys that wait', [20, 10, 30], '1'],
  ])('When the file holds %s, then the newest active one signs', (_, minutes, kid) => {
    expect(keysSince(...minutes).current.publicJwk.kid).toBe(kid);
  });

  it('When the time of a key has come, then it signs', () => {
    jest.useFakeTimers();
    const keys = keysSince(-30, 20);

    jest.advanceTimersByTime(20 * 60_000 - 1);
    expect(keys.current.publicJwk.kid).toBe('0');
    jest.advanceTimersByTime(1);
    expect(keys.current.publicJwk.kid).toBe('1');
  });

  const another = {
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };

  it.each<[string, () => string]>([
    ['no JSON', () => 'secret'],
    ['no key', () => '{"keys":[]}'],
    ['a public key', () => '{"keys":[{"kty":"EC","crv":"P-256","x":"secret","y":"secret"}]}'],
    ['another kind of key', () => '{"keys":[{"kty":"oct","k":"secret"}]}'],
    ['a key whose halves are of two keys', () => JSON.stringify({ keys: [{ ...jwks[0], ...another }] })],
    ['a key since no time', () => JSON.stringify({ keys: [{ ...jwks[0], activeFrom: 'secret' }] })],
    [
      'a key since a day without a zone',
      () => JSON.stringify({ keys: [{ ...jwks[0], activeFrom: '2026-01-01T00:00:00' }] }),
    ],
    ['one key twice', () => JSON.stringify({ keys: [jwks[0], jwks[0]] })],
  ])('When the file holds %s, then the start is refused and nothing of it told', (_, content) => {
    writeFileSync(path, content());

    const refused = (() => {
      try {
        return new SigningKeys(path);
      } catch (error) {
        return error;
      }
    })();

    expect(refused).toMatchObject({
      name: 'SettingsError',
      message: expect.stringMatching(/^SIGNING_KEYS_FILE is refused/),
    });
    expect(String(refused)).not.toContain('secret');
    expect(String(refused)).not.toContain(jwks[0]?.d);
  });
});

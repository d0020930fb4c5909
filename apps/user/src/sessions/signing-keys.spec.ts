import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSigningJwk } from '@towpath/auth';

import { SigningKeys } from './signing-keys.ts';

describe('signing keys', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'signing-keys-'))));
  afterAll(() => rm(folder, { recursive: true }));

  async function keysIn(content: string): Promise<SigningKeys> {
    const path = join(folder, 'keys.json');
    await writeFile(path, content);
    return SigningKeys.fromFile(path);
  }

  it('When the file holds two keys, then the first signs and both are public without their private part', async () => {
    const [first, second] = [await generateSigningJwk(), await generateSigningJwk()];

    const keys = await keysIn(JSON.stringify({ keys: [{ ...first, kid: 'first' }, second] }));

    expect(keys.current.publicJwk.kid).toBe('first');
    expect(keys.publicSet.keys).toEqual([
      { kty: 'EC', crv: 'P-256', x: first.x, y: first.y, kid: 'first', alg: 'ES256', use: 'sig' },
      { kty: 'EC', crv: 'P-256', x: second.x, y: second.y, kid: expect.any(String), alg: 'ES256', use: 'sig' },
    ]);
  });

  it.each([
    ['no JSON', 'secret'],
    ['no key', '{"keys":[]}'],
    ['a public key', '{"keys":[{"kty":"EC","crv":"P-256","x":"secret","y":"secret"}]}'],
    ['another kind of key', '{"keys":[{"kty":"oct","k":"secret"}]}'],
  ])('When the file holds %s, then the start is refused and nothing of it told', async (_, content) => {
    const refused = await keysIn(content).catch((error: unknown) => error);

    expect(refused).toMatchObject({ name: 'SettingsError', message: expect.stringMatching(/^SIGNING_KEYS_FILE /) });
    expect(String(refused)).not.toContain('secret');
  });
});

import { readFile } from 'node:fs/promises';

import { importSigningKey, KeySource, type PublicJwk, type SigningKey } from '@towpath/auth';
import { SettingsError } from '@towpath/config';
import { z } from 'zod';

const keysFile = z.object({ keys: z.array(z.unknown()).min(1).max(20) });

/** The keys that access tokens are signed with. Only the first signs; the others verify tokens from before a change. */
export class SigningKeys extends KeySource {
  readonly current: SigningKey;
  readonly publicSet: { readonly keys: PublicJwk[] };

  constructor(keys: readonly [SigningKey, ...SigningKey[]]) {
    super();
    this.current = keys[0];
    this.publicSet = { keys: keys.map(({ publicJwk }) => publicJwk) };
  }

  /** @throws SettingsError without a word of what the file holds */
  static async fromFile(path: string): Promise<SigningKeys> {
    try {
      const [first, ...others] = keysFile.parse(JSON.parse(await readFile(path, 'utf8'))).keys;
      return new SigningKeys([await importSigningKey(first), ...(await Promise.all(others.map(importSigningKey)))]);
    } catch {
      throw new SettingsError([
        'SIGNING_KEYS_FILE is refused: it must be a file with JSON { "keys": [private ES256 JWKs] }, at least one.',
      ]);
    }
  }

  override async load(): Promise<unknown> {
    return this.publicSet;
  }
}

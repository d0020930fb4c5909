import { importSigningKey, KeySource, type PublicJwk, type SigningKey } from '@towpath/auth';
import { SecretFile } from '@towpath/config';
import { z } from 'zod';

const entry = z.looseObject({ activeFrom: z.iso.datetime({ offset: true }).optional() });
const keysFile = z.strictObject({ keys: z.array(entry).min(1).max(20) });

/** A key of the file, and since when it may sign. */
export interface ScheduledKey extends SigningKey {
  /** Of `Date.now()`; -Infinity for a key that always could. */
  readonly activeFromMs: number;
  /** As the file has it. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The keys that access tokens are signed with: the newest active one signs, and all of them verify. */
export class SigningKeys extends KeySource {
  private readonly file: SecretFile<readonly ScheduledKey[]>;

  /** @throws SettingsError without a word of what the file holds */
  constructor(path: string) {
    super();
    this.file = new SecretFile({
      name: 'SIGNING_KEYS_FILE',
      path,
      allowed: 'a file with JSON { "keys": [private ES256 JWKs, each with an "activeFrom" or without] }, at least one',
      parse: parseKeys,
    });
  }

  /** Newest first. */
  get all(): readonly ScheduledKey[] {
    return this.file.value;
  }

  get current(): SigningKey {
    return signer(this.all, Date.now());
  }

  get publicSet(): { readonly keys: PublicJwk[] } {
    return { keys: this.all.map(({ publicJwk }) => publicJwk) };
  }

  override async load(): Promise<unknown> {
    return this.publicSet;
  }
}

/** Newest first; where the file does not say since when, in the order of the file. @throws Error that may quote the text */
export function parseKeys(text: string): ScheduledKey[] {
  const { keys } = keysFile.parse(JSON.parse(text));
  const scheduled = keys.map((entry) => ({
    ...importSigningKey(entry),
    activeFromMs: entry.activeFrom === undefined ? -Infinity : Date.parse(entry.activeFrom),
    entry,
  }));
  if (new Set(scheduled.map(({ publicJwk }) => publicJwk.kid)).size < keys.length)
    throw new Error('A key is there twice.');
  return scheduled.toSorted((a, b) => (a.activeFromMs === b.activeFromMs ? 0 : b.activeFromMs - a.activeFromMs));
}

/** The newest of the active keys, or else the next to become so: somebody has to sign. */
export function signer(newestFirst: readonly ScheduledKey[], nowMs: number): ScheduledKey {
  return newestFirst.find(({ activeFromMs }) => activeFromMs <= nowMs) ?? newestFirst.at(-1)!;
}

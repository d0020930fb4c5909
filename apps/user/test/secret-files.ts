import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSigningJwk } from '@towpath/auth';

const folder = mkdtempSync(join(tmpdir(), 'towpath-user-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file as a secret store would mount it, and gives its path. */
export function secretFile(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}

/** The setting for a fresh signing key. */
export async function signingKeys(): Promise<{ SIGNING_KEYS_FILE: string }> {
  return { SIGNING_KEYS_FILE: secretFile('signing-keys.json', { keys: [await generateSigningJwk()] }) };
}

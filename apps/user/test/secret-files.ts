import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSigningJwk } from '@towpath/auth';

const folder = mkdtempSync(join(tmpdir(), 'towpath-user-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file as a secret store would mount it, and gives its path. */
export function secretFile(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return path;
}

/** What the service is given beside what every one is: a fresh signing key, and an order-processor that is away. */
export async function userSettings(): Promise<Record<string, string>> {
  return {
    SIGNING_KEYS_FILE: secretFile('signing-keys.json', { keys: [await generateSigningJwk()] }),
    ORDER_PROCESSOR_URL: 'http://127.0.0.1:9',
    // Tests of races hold a lock until somebody waits for it.
    DATABASE_LOCK_MS: '5000',
    DATABASE_STATEMENT_MS: '10000',
  };
}

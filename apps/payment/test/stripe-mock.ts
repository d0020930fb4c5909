import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Environment } from '@towpath/config';

const version = 'v0.203.0';
const folder = join(homedir(), '.cache/towpath', `stripe-mock-${version}`);
const binary = join(folder, 'stripe-mock');

/** Stripe's own mock, made from their OpenAPI description: knows every parameter and shape, and remembers nothing. */
export type StripeMock = { readonly binary: string } | { readonly missing: string };

/** Builds it with Go, once. @throws Error where it must be there: under CI, with Go installed. */
export function findStripeMock(): StripeMock {
  if (existsSync(binary)) return { binary };
  const environment = Environment.fromProcess().values;
  if (spawnSync('go', ['version']).status !== 0) return { missing: 'Go is not installed' };
  process.stderr.write(`Building stripe-mock ${version} into ${folder}, a minute or two the first time …\n`);
  const built = spawnSync('go', ['install', `github.com/stripe/stripe-mock@${version}`], {
    env: { ...environment, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  if (built.status === 0) return { binary };
  if (environment.CI === 'true') throw new Error(`stripe-mock ${version} could not be built, see above.`);
  return { missing: 'it could not be built with Go' };
}

/** Resolves once it listens, on loopback, with its URL. */
export async function startStripeMock(path: string): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(path, ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('stripe-mock ended before it listened.')));
    lines.on('line', (line) => {
      const [, address] = /HTTP at address: (\S+)/.exec(line) ?? [];
      if (address) resolve({ url: `http://${address}`, process: child });
    });
  });
}

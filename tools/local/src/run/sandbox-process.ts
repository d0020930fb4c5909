import { join } from 'node:path';

import type { ProcessSpec } from '../supervisor/managed-process.ts';
import type { RunOptions } from './options.ts';

export const sandboxName = 'payment-sandbox';

/** How the payment provider's stand-in runs: its log in the state folder, listening where the services look for it. */
export function sandboxProcess({ root, state }: RunOptions, port: number, keyFile: string): ProcessSpec {
  const main = join(root, 'tools/payment-sandbox/src/main.ts');
  return {
    name: sandboxName,
    command: process.execPath,
    args: [main, '--folder', join(state, sandboxName), '--port', String(port), '--key-file', keyFile],
    ready: { line: '"ready":true' },
  };
}

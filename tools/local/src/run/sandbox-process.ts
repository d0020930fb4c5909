import { join } from 'node:path';

import type { ProcessSpec } from '../supervisor/managed-process.ts';
import type { Secrets } from './secrets.ts';

export const sandboxName = 'payment-sandbox';

export interface SandboxRun {
  readonly root: string;
  /** Its log lies there. */
  readonly folder: string;
  readonly port: number;
  readonly secrets: Secrets;
  /** The public door of the shop. */
  readonly gateway: string;
}

/** How the payment provider's stand-in runs, listening where the services look for it. */
export function sandboxProcess({ root, folder, port, secrets, gateway }: SandboxRun): ProcessSpec {
  const settings = {
    folder,
    port: String(port),
    'key-file': secrets.providerKeyFile,
    // As the real one would: from outside.
    'webhook-url': `${gateway}/v1/webhooks/payment-provider`,
    'webhook-secret-file': secrets.webhookSecretFile,
  };
  return {
    name: sandboxName,
    command: process.execPath,
    args: [
      join(root, 'tools/payment-sandbox/src/main.ts'),
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    ready: { line: '"ready":true' },
  };
}

import { join } from 'node:path';

import type { ProcessSpec } from '../supervisor/managed-process.ts';
import type { Plan } from './plan.ts';
import { portOf } from './ports.ts';
import { urlOf } from './service-process.ts';

export const sandboxName = 'payment-sandbox';

/** How the payment provider's stand-in runs: its log in the state folder, listening where the services look for it. */
export function sandboxProcess({ options: { root, state }, ports, secrets }: Plan): ProcessSpec {
  const main = join(root, 'tools/payment-sandbox/src/main.ts');
  const settings = {
    folder: join(state, sandboxName),
    port: String(portOf(ports, sandboxName)),
    'key-file': secrets.providerKeyFile,
    // As the real one would: from outside.
    'webhook-url': `${urlOf(ports, 'gateway')}/v1/webhooks/payment-provider`,
    'webhook-secret-file': secrets.webhookSecretFile,
  };
  return {
    name: sandboxName,
    command: process.execPath,
    args: [main, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
    ready: { line: '"ready":true' },
  };
}

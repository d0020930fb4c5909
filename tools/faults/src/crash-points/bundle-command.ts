import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { FaultShop } from '../shop/fault-shop.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs a command of a service's bundle as an operator would, with the settings that one of its processes has. */
export async function bundleCommand(
  shop: FaultShop,
  processName: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { service = '' } = shop.process(processName);
  const bundle = join(shop.folder, 'checkout/apps', service, 'dist/main.js');
  const { FAILPOINT_FILE: _, ...env } = shop.settingsFor(processName);
  const child = spawn(process.execPath, [bundle, ...args], {
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [out, complaints, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, signal, output: `${out}${complaints}` };
}

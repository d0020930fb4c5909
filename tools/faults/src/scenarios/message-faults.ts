import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FaultShopOptions } from '../shop/fault-shop.ts';
import type { Run } from './scenario.ts';

/** A line that a process of a test build wrote when it made a fault itself. */
interface MadeInside {
  readonly at: number;
  readonly fault: string;
  readonly message: string;
}

const fileName = 'faults-inside.jsonl';

/** Test builds whose processes make faults of messages themselves, and write each down in one file. */
export function insideFaults(folder: string, settings: Record<string, string>): Partial<FaultShopOptions> {
  return { build: 'faults', settings: { ...settings, FAULTS_LOG_FILE: join(folder, fileName) } };
}

/** Takes what the processes wrote down into the nemesis' log: a message that is dropped, doubled or late is work in flight by itself. */
export function countInsideFaults({ folder, nemesis, clock }: Run): void {
  const file = join(folder, fileName);
  if (!existsSync(file)) return;
  const began = Date.now() - clock.elapsedMs;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { at, fault, message } = JSON.parse(line) as MadeInside;
    nemesis.log.write({ atMs: at - began, fault: `${fault} message`, target: message, inFlight: 1, hit: true });
  }
}

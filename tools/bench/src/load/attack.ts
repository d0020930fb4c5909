import { once } from 'node:events';
import { join } from 'node:path';

import { spawnPinned, stepBack } from './pinned.ts';

export interface Attack {
  readonly kind: 'idle' | 'slowloris' | 'never reading';
  readonly gateway: string;
  /** Held open all the time: one that is cut is opened again. */
  readonly connections: number;
  readonly seconds: number;
}

/** Attacks from a process of its own. Resolves with how many connections were opened in all, and how many are open at its end. */
export async function attack(options: Attack): Promise<{ opened: number; open: number }> {
  const child = spawnPinned(1, [join(import.meta.dirname, 'attacker.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  if (child.pid) stepBack(child.pid);
  try {
    child.send(options);
    const [outcome] = (await once(child, 'message')) as [{ opened: number; open: number }];
    return outcome;
  } finally {
    child.kill('SIGKILL');
  }
}

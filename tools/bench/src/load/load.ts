import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { spawnPinned } from './pinned.ts';

/** Somebody who asks from an address of its own. */
export interface Customer {
  readonly address: string;
  readonly token: string;
}

export interface Load {
  readonly gateway: string;
  readonly customers: readonly Customer[];
  readonly productId: string;
  /** Of all customers together. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Counts {
  sent: number;
  /** Answered with success while somebody still waited. */
  good: number;
  late: number;
  /** 429 or 503, by status. */
  refused: Record<string, number>;
  /** By status, or by the code of the error. */
  wrong: Record<string, number>;
  /** Of the good ones. */
  latenciesMs: number[];
}

/** Asks from a process and a processor of its own. */
export class Generator {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawnPinned(1, [join(import.meta.dirname, 'generator.ts')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  async run(load: Load): Promise<Counts> {
    this.child.send(load);
    const [counts] = (await once(this.child, 'message')) as [Counts];
    return counts;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

import type { ProcessSpec, Supervisor } from '@towpath/local';

import type { ProcessKind, ShopProcess } from './shop-process.ts';

/** What a process of the shop is. */
export interface ProcessFacts {
  readonly kind: ProcessKind;
  readonly service?: string;
  readonly role?: 'api' | 'worker' | 'all';
  readonly management?: string;
  readonly url?: string;
  readonly inFlight: () => Promise<number>;
  /** Resolves once those who send it work know that it is ready. */
  readonly untilKnown?: () => Promise<void>;
}

/** A process in the hands of the supervisor. */
export class SupervisedProcess implements ShopProcess {
  readonly name: string;
  readonly kind: ProcessKind;
  declare readonly service?: string;
  declare readonly role?: 'api' | 'worker' | 'all';
  declare readonly management?: string;
  declare readonly url?: string;
  readonly spec: ProcessSpec;
  private readonly supervisor: Supervisor;
  private readonly facts: ProcessFacts;

  constructor(supervisor: Supervisor, spec: ProcessSpec, facts: ProcessFacts) {
    const { inFlight: _, untilKnown: __, ...told } = facts;
    this.supervisor = supervisor;
    this.spec = spec;
    this.facts = facts;
    this.name = spec.name;
    this.kind = facts.kind;
    Object.assign(this, told);
  }

  get pid(): number {
    return this.supervisor.pid(this.name);
  }

  kill(downMs = 0): Promise<void> {
    return this.supervisor.down(this.name, { forMs: downMs });
  }

  async pause(ms: number): Promise<void> {
    this.supervisor.signal(this.name, 'SIGSTOP');
    await sleep(ms);
    this.supervisor.signal(this.name, 'SIGCONT');
  }

  terminate(): Promise<void> {
    return this.supervisor.down(this.name, { forMs: 0, politely: true });
  }

  down(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    return this.supervisor.down(this.name, { politely: signal === 'SIGTERM' });
  }

  up(): Promise<void> {
    return this.supervisor.up(this.name);
  }

  async restart(settings: Readonly<Record<string, string>>): Promise<void> {
    this.supervisor.change(this.name, { env: { ...this.spec.env, ...settings } });
    await this.terminate();
    await this.untilReady();
  }

  async untilReady(): Promise<number> {
    const afterMs = await this.supervisor.untilReady(this.name);
    await this.facts.untilKnown?.();
    return afterMs;
  }

  inFlight(): Promise<number> {
    return this.facts.inFlight().catch(() => 0);
  }
}

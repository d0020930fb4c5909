import { Injectable } from '@nestjs/common';

import { Lifecycle } from './lifecycle.ts';
import { within } from './within.ts';

/** Rejects if what it looks at is not well. */
export type Probe = () => Promise<void>;

export interface CheckOptions {
  /** How long an outcome is answered again without probing; 1 s. */
  readonly cacheMs?: number;
  /** A probe that takes longer has failed; 250 ms. */
  readonly timeoutMs?: number;
}

export interface Outcome {
  readonly ok: boolean;
  readonly detail?: string;
}

interface Check {
  readonly probe: Probe;
  readonly cacheMs: number;
  readonly timeoutMs: number;
  last?: { at: number; outcome: Promise<Outcome> };
}

class Checks {
  private readonly all = new Map<string, Check>();

  check(name: string, probe: Probe, { cacheMs = 1_000, timeoutMs = 250 }: CheckOptions = {}): void {
    this.all.set(name, { probe, cacheMs, timeoutMs });
  }

  /** Every probe at once. Never rejects. */
  protected async outcomes(): Promise<Record<string, Outcome>> {
    const each = [...this.all].map(async ([name, check]) => [name, await outcomeOf(check)] as const);
    return Object.fromEntries(await Promise.all(each));
  }
}

/** May this process be asked? It serves, is not draining, and what it cannot do without is there. */
@Injectable()
export class Readiness extends Checks {
  constructor(private readonly lifecycle: Lifecycle) {
    super();
  }

  async report(): Promise<{ ready: boolean; draining: boolean; checks: Record<string, Outcome> }> {
    const checks = await this.outcomes();
    const { ready, draining } = this.lifecycle;
    return { ready: ready && allOk(checks), draining, checks };
  }
}

/** Should this process be restarted? Never because of something outside it: all would restart at once and gain nothing. */
@Injectable()
export class Liveness extends Checks {
  async report(): Promise<{ alive: boolean; checks: Record<string, Outcome> }> {
    const checks = await this.outcomes();
    return { alive: allOk(checks), checks };
  }
}

function allOk(checks: Record<string, Outcome>): boolean {
  return Object.values(checks).every((outcome) => outcome.ok);
}

function outcomeOf(check: Check): Promise<Outcome> {
  const now = performance.now();
  if (!check.last || now - check.last.at >= check.cacheMs) check.last = { at: now, outcome: probe(check) };
  return check.last.outcome;
}

async function probe(check: Check): Promise<Outcome> {
  try {
    await within(check.timeoutMs, check.probe());
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

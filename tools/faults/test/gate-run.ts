import { randomInt } from 'node:crypto';

import { progressSince } from '@towpath/local';

import type { FaultResult } from '../src/result.ts';
import { runScenario } from '../src/run.ts';
import { describeResult } from '../src/run-summary.ts';
import { gate } from '../src/scenarios/gate.ts';

/** The part of a result that decides. */
export type Decisive = Pick<FaultResult, 'failures' | 'passed'> & {
  readonly unknown: number;
  readonly broken: readonly string[];
  readonly command: string;
};

/** Runs it as `npm run faults -- gate` does, with a seed of its own each time, and prints what it found. */
export async function runGate(transport: FaultResult['transport']): Promise<Decisive> {
  const result = await runScenario(gate, {
    transport,
    seed: randomInt(1_000_000),
    say: progressSince(performance.now()),
  });
  process.stdout.write(`${describeResult(result)}\n`);
  const { command, failures, passed, orders, invariants } = result;
  const broken = invariants.filter(({ holds }) => !holds).map(({ invariant }) => invariant);
  return { command, failures, passed, unknown: orders.unknown, broken };
}

/** What must be so; the command says how to see it again when it is not. */
export function expectedOfGate({ command }: Decisive): Decisive {
  return { command, failures: [], passed: true, unknown: 0, broken: [] };
}

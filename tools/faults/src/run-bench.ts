import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { UserError } from '@towpath/local';

import { environment } from './environment.ts';
import type { FaultResult, ScenarioFinding } from './result.ts';
import type { RunOptions } from './run.ts';
import { commandOf } from './run-arguments.ts';
import { commit, machineFacts, versions } from './run-facts.ts';
import { RunFolder } from './run-folder.ts';
import type { Measured } from './scenarios/scenario.ts';

const bench = join(import.meta.dirname, '../../bench/src/main.ts');

/** A finding as `npm run bench -- --json` prints it. */
interface BenchFinding {
  readonly figure: string;
  readonly value: number;
  readonly goal: { readonly atMost?: number; readonly atLeast?: number };
  readonly met: boolean;
}

/** Has `tools/bench` measure, and says its findings as a result of ours. */
export async function runBench(scenario: Measured, options: RunOptions): Promise<FaultResult> {
  const { transport, seed, say, runs, interrupt } = options;
  const folder = new RunFolder(scenario.id, transport, seed, runs);
  const command = commandOf({ what: scenario.id, transport, seed });
  folder.writeCommand(command);
  const [date, startedAt] = [new Date().toISOString(), performance.now()];
  say(`npm run bench -- ${scenario.bench} measures it; that takes some minutes.`);
  const findings = (await measure(scenario.bench, interrupt)).map(translated);
  const missed = findings
    .filter(({ met }) => !met)
    .map(({ finding, value, limit }) => `${finding}: ${value}, ${limit} allowed`);
  const whole = Math.round(performance.now() - startedAt);
  const result: FaultResult = {
    version: 1,
    scenario: scenario.id,
    title: scenario.title,
    transport,
    seed,
    date,
    command,
    commit: commit(),
    machine: machineFacts(),
    versions: versions(transport),
    passed: missed.length === 0,
    failures: missed,
    orders: { asked: 0, ok: 0, fail: 0, unknown: 0, ends: {} },
    answers: {},
    faults: { made: 0, hit: 0, byKind: [] },
    invariants: [],
    findings,
    recoveryMs: {},
    backlog: [],
    settledAfterMs: null,
    durationsMs: { start: 0, prepare: 0, load: whole, settle: 0, check: 0, whole },
  };
  folder.write(result);
  return result;
}

/** @throws UserError with what the bench said when it printed no findings */
async function measure(name: string, signal?: AbortSignal): Promise<BenchFinding[]> {
  const child = spawn(process.execPath, [bench, '--json', name], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  try {
    return JSON.parse(output) as BenchFinding[];
  } catch {
    throw new UserError(`npm run bench -- ${name} found nothing:\n${complaints || output}`);
  }
}

function translated({ figure, value, goal, met }: BenchFinding): ScenarioFinding {
  const limit = goal.atMost === undefined ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;
  return { finding: figure, value: Number(value.toPrecision(3)), unit: '', limit, met };
}

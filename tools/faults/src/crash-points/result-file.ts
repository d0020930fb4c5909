import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { commandOf } from '../run-arguments.ts';
import { commit, machineFacts, versions } from '../run-facts.ts';
import type { Run } from '../scenarios/scenario.ts';
import type { CrashPointDeath, CrashPointsResult } from '../sweep-result.ts';

/** What the report reads of a sweep. */
export function writeResult(
  { transport, seed, folder }: Run,
  seeds: number,
  deaths: readonly CrashPointDeath[],
  durationMs: number,
): void {
  const result: CrashPointsResult = {
    version: 1,
    transport,
    date: new Date().toISOString(),
    command: commandOf({ what: 'crash-points', transport, seed, seeds }),
    commit: commit(),
    machine: machineFacts(),
    versions: versions(transport),
    deaths,
    durationMs,
  };
  writeFileSync(join(folder, 'crash-points.json'), `${JSON.stringify(result, undefined, 2)}\n`);
}

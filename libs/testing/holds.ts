import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Environment } from '@towpath/config';
import fc from 'fast-check';

import { chosen } from './chosen.ts';

export interface HoldsOptions {
  /** How many values are tried. */
  readonly runs?: number;
  /** The file that failures are noted in. */
  readonly notes?: string;
}

const allNotes = fileURLToPath(new URL('../../.towpath/failed-properties.jsonl', import.meta.url));

/**
 * Tries a property with random values. A failure is noted with its seed and path in `.towpath/failed-properties.jsonl`, beside
 * what repeats it: `PROPERTY_SEED` and `PROPERTY_PATH`. `PROPERTY_RUNS` is for longer runs than those of every day.
 */
export async function holds<T>(
  property: fc.IRawProperty<T>,
  { runs = 100, notes = allNotes }: HoldsOptions = {},
): Promise<void> {
  const { PROPERTY_PATH: path } = Environment.fromProcess().values;
  const details = await fc.check(property, {
    numRuns: chosen('PROPERTY_RUNS', runs),
    seed: chosen('PROPERTY_SEED', Math.trunc(Math.random() * 2 ** 31)),
    ...(path && { path }),
    // A try may take a second: an hour of shrinking would hide the failure.
    interruptAfterTimeLimit: 120_000,
    markInterruptAsFailure: true,
  });
  if (!details.failed) return;
  note(details, notes);
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}

function note<T>({ seed, counterexamplePath: path, counterexample }: fc.RunDetails<T>, notes: string): void {
  const line = {
    at: new Date().toISOString(),
    test: expect.getState().currentTestName,
    seed,
    path,
    repeat: `PROPERTY_SEED=${seed} PROPERTY_PATH=${path}`,
    counterexample: fc.stringify(counterexample),
  };
  mkdirSync(dirname(notes), { recursive: true });
  appendFileSync(notes, `${JSON.stringify(line)}\n`);
}

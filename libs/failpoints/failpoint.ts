import { readFileSync, rmSync } from 'node:fs';

import { Environment } from '@towpath/config';

import type { Failpoint, Side } from './points.ts';

/**
 * A place to die at. In a test build the process kills itself here when `FAILPOINT=<name>/<side>:<n>` names this place and it
 * is passed for the n-th time. `FAILPOINT_FILE` names a file that says the same and may be written at any time; it is
 * removed before dying, so the next process lives. What is shipped has no such places.
 */
export function failpoint(name: Failpoint, side: Side): void {
  if (TOWPATH_TEST_BUILD) pass(`${name}/${side}`);
}

let settings: Environment['values'] | undefined;
const passed = new Map<string, number>();

function pass(place: string): void {
  settings ??= Environment.fromProcess().values;
  const { FAILPOINT: given, FAILPOINT_FILE: file } = settings;
  const wanted = given ?? (file && read(file));
  if (!wanted) return;
  const [deadly, times = '1'] = wanted.trim().split(':');
  if (deadly !== place) return;
  const count = (passed.get(wanted) ?? 0) + 1;
  passed.set(wanted, count);
  if (count < Number(times)) return;
  if (file) rmSync(file, { force: true });
  process.kill(process.pid, 'SIGKILL');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

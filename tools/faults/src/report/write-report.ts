import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { catalogue } from './catalogue.ts';
import { report } from './document.ts';
import { reliability, withParagraph } from './paragraph.ts';
import { readRuns } from './runs.ts';
import { plural } from './statistics.ts';

/**
 * Writes `docs/faults.md` with its plots, and its paragraph into the README. @returns what it tells of
 * @throws UserError when a result cannot be read, or the README has no place for it; then nothing is written
 */
export function writeReport(root: string, runsFolder: string): string {
  const runs = readRuns(runsFolder);
  const readme = join(root, 'README.md');
  const quoting = withParagraph(readFileSync(readme, 'utf8'), reliability(catalogue, runs));
  const files = Object.entries(report(catalogue, runs)).map(
    ([name, text]) => [join(root, 'docs', name), text] as const,
  );
  // A plot of an earlier report would tell of runs that this one does not know.
  rmSync(join(root, 'docs/faults'), { recursive: true, force: true });
  for (const [file, text] of [...files, [readme, quoting] as const]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const failed = runs.scenarios.filter(({ passed }) => !passed).length;
  return (
    `docs/faults.md tells of ${plural(runs.scenarios.length, 'scenario run')} (${failed} failed), ${plural(runs.crashPoints.length, 'crash-point sweep')} and ` +
    `${plural(runs.controls.length, 'round')} of controls; README.md quotes it.`
  );
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@towpath/local';

import type { FaultResult } from '../result.ts';
import type { ControlsResult, CrashPointsResult } from '../sweep-result.ts';

/** What there is to report: of each scenario, sweep and transport the newest run. */
export interface Runs {
  readonly scenarios: readonly FaultResult[];
  readonly crashPoints: readonly CrashPointsResult[];
  readonly controls: readonly ControlsResult[];
}

interface Dated {
  readonly version: number;
  readonly date: string;
  readonly transport: string;
}

/** @throws UserError that names a file which cannot be read: what is left out by mistake would look like "not run" */
export function readRuns(folder: string): Runs {
  return {
    scenarios: newest(readAll<FaultResult>(folder, 'result.json'), (each) => `${each.scenario} ${each.transport}`),
    crashPoints: newest(readAll<CrashPointsResult>(folder, 'crash-points.json'), ({ transport }) => transport),
    controls: newest(readAll<ControlsResult>(folder, 'controls.json'), ({ transport }) => transport),
  };
}

function readAll<T extends Dated>(folder: string, name: string): T[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, name));
  return files.filter((file) => existsSync(file)).map((file) => read<T>(file));
}

function read<T extends Dated>(file: string): T {
  let content: T;
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new UserError(`${file} is no JSON (${(error as Error).message}): run it again, or remove it.`);
  }
  if (content?.version === 1) return content;
  throw new UserError(
    `${file} is of version ${content?.version}, and this reads version 1: run it again, or remove it.`,
  );
}

function newest<T extends Dated>(all: readonly T[], of: (each: T) => string): T[] {
  const found = new Map<string, T>();
  for (const each of all) {
    const other = found.get(of(each));
    if (!other || other.date < each.date) found.set(of(each), each);
  }
  return [...found.values()];
}

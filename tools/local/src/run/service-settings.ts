import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RunOptions } from './options.ts';

/** The settings that a run gives to each service, by its name. */
export type ServiceSettings = Readonly<Record<string, NodeJS.ProcessEnv>>;

/** The file in which a run leaves them, so that a command of a service finds all that the service has. */
export function settingsFile({ state }: Pick<RunOptions, 'state'>): string {
  return join(state, 'settings.json');
}

/** Undefined while nothing runs with this state. */
export function readSettings(options: Pick<RunOptions, 'state'>): ServiceSettings | undefined {
  try {
    return JSON.parse(readFileSync(settingsFile(options), 'utf8')) as ServiceSettings;
  } catch {
    return undefined;
  }
}

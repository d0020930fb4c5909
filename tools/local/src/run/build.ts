import { join } from 'node:path';

import { environment } from '../environment.ts';
import type { ProcessSpec } from '../supervisor/managed-process.ts';

export const buildName = 'build';

const nx = 'node_modules/nx/dist/bin/nx.js';

/** Builds what changed of `projects`, through Nx and its cache. */
export function buildTask(root: string, projects: readonly string[]): ProcessSpec {
  return {
    name: buildName,
    command: process.execPath,
    args: [join(root, nx), 'run-many', '-t', 'build', '-p', projects.join(','), '--outputStyle=stream'],
    cwd: root,
    env: { ...withoutNx(), NX_DAEMON: 'false', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false' },
    ready: 'when it ends',
    readyWithinMs: 300_000,
  };
}

/** What a line of Nx's output tells a person, if anything. */
export function describeBuildLine(line: string): string | undefined {
  const [, project, cached] = /^> nx run (\S+):build(.*cache)?/.exec(line) ?? [];
  if (project === undefined) return undefined;
  return cached === undefined ? `Building ${project}.` : `${project} is built already.`;
}

/** The lines of a failed build that say why. */
export function buildErrors(output: readonly string[]): string {
  const errors = output.filter((line) => line.includes('[ERROR]'));
  return (errors.length > 0 ? errors : output.slice(-12)).map((line) => `  │ ${line}`).join('\n');
}

/** What an Nx that runs us, as in a test, tells its own tasks is not meant for this one. */
function withoutNx(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('NX_')));
}

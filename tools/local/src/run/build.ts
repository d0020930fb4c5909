import { join } from 'node:path';

import { environment } from '../environment.ts';
import type { ProcessSpec } from '../supervisor/managed-process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { UserError } from '../user-error.ts';

export const buildName = 'build';

const nx = 'node_modules/nx/dist/bin/nx.js';

/** Builds what changed of `projects`, through Nx and its cache. `target`: what it is built for. */
export function buildTask(
  root: string,
  projects: readonly string[],
  target: 'build' | 'build-for-faults' = 'build',
): ProcessSpec {
  return {
    name: buildName,
    command: process.execPath,
    args: [join(root, nx), 'run-many', '-t', target, '-p', projects.join(','), '--outputStyle=stream'],
    cwd: root,
    env: { ...withoutNx(), NX_DAEMON: 'false', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false' },
    ready: 'when it ends',
    readyWithinMs: 300_000,
  };
}

/** What is built, and where all that the build says is kept. */
export interface Build {
  readonly root: string;
  readonly services: readonly string[];
  readonly target?: 'build' | 'build-for-faults';
  readonly state: string;
}

/** @throws UserError with what the build said of its failure */
export async function buildServices(supervisor: Supervisor, { root, services, target, state }: Build): Promise<void> {
  const output: string[] = [];
  const hear = (name: string, line: string) => void (name === buildName && output.push(line));
  supervisor.on('line', hear);
  try {
    await supervisor.start(buildTask(root, services, target));
  } catch {
    throw new UserError(`The build failed.\n${buildErrors(output)}\nAll it said is in ${state}/logs/build.log.`);
  } finally {
    supervisor.off('line', hear);
  }
}

/** What a line of Nx's output tells a person, if anything. */
export function describeBuildLine(line: string): string | undefined {
  const [, project, cached] = /^> nx run (\S+):build\S*(.*cache)?/.exec(line) ?? [];
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

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { environment } from '../environment.ts';
import { type ProcessSpec } from '../supervisor/managed-process.ts';

/** A broker of the compose file, with its data in a volume that belongs to one state folder. */
export interface ComposeOptions {
  /** The checkout. */
  readonly root: string;
  readonly state: string;
  readonly port: number;
}

/** Undefined when Docker runs compose files here; else why not, as the end of a sentence. */
export function whyNoCompose(env: Readonly<NodeJS.ProcessEnv> = environment): string | undefined {
  const ask = (...args: string[]) => spawnSync('docker', args, { stdio: 'ignore', timeout: 10_000, env: { ...env } });
  const server = ask('version', '--format', '{{.Server.Version}}');
  if ((server.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return 'there is no Docker';
  if (server.status !== 0) return 'the daemon of Docker does not answer';
  return ask('compose', 'version').status === 0 ? undefined : 'Docker is there without its compose plugin';
}

/** Gets the image and clears what a killed run left; `fresh` forgets the data, too. */
export function composeTasks(options: ComposeOptions, fresh: boolean): ProcessSpec[] {
  const down = compose(options, ['down', '--remove-orphans', ...(fresh ? ['--volumes'] : [])]);
  const pull = compose(options, ['pull', '--quiet', 'kafka']);
  return [
    { ...down, name: 'kafka (clear)', ready: 'when it ends' },
    { ...pull, name: 'kafka (pull)', ready: 'when it ends', readyWithinMs: 600_000 },
  ];
}

/** In the foreground, so that its output is ours and its end is seen. */
export function composeProcess(options: ComposeOptions): ProcessSpec {
  const up = compose(options, ['up', '--no-color', '--no-log-prefix', '--abort-on-container-exit', 'kafka']);
  return {
    ...up,
    name: 'kafka',
    ready: { line: 'Kafka Server started' },
    readyWithinMs: 120_000,
    stopSignal: 'SIGINT',
    stopWithinMs: 30_000,
  };
}

function compose({ root, state, port }: ComposeOptions, args: readonly string[]): Omit<ProcessSpec, 'name' | 'ready'> {
  const project = `towpath-${createHash('sha256').update(state).digest('hex').slice(0, 12)}`;
  return {
    command: 'docker',
    args: ['compose', '--file', join(root, 'compose.yaml'), '--project-name', project, ...args],
    cwd: root,
    // The file is read as a whole, also what nobody starts here.
    env: { ...environment, KAFKA_PORT: String(port), POSTGRES_PASSWORD: 'is not started' },
  };
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { childEnvironment } from '../environment.ts';
import type { Task } from './check.ts';
import { NxOutput } from './nx-output.ts';

const nx = 'node_modules/nx/dist/bin/nx.js';
const environment = childEnvironment({
  NX_TUI: 'false',
  NX_SKIP_LOG_GROUPING: 'true',
  FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
});
const silenceMs = 20_000;

/**
 * Runs an Nx command over many targets, showing how far it is, and tells how each of its tasks ended. When Nx cannot
 * tell what to run, or finds nothing in a whole workspace, that is a task that ended badly.
 */
export async function runTasks(command: readonly string[], show: (line: string) => void): Promise<Task[]> {
  const planned = plan(command);
  if (!planned || (planned.length === 0 && command[0] === 'run-many')) {
    show('Nx found nothing to check.');
    return [{ project: 'nx', target: 'plan', ended: 'badly' }];
  }
  show(planned.length === 0 ? 'Nothing is affected.' : `${planned.length} tasks`);
  const output = new NxOutput(planned);
  const code = await runNx(command, output, show);
  if (code !== 0 && [...output.ended.values()].every((how) => how === 'well')) output.remarks.forEach(show);
  return planned.map((id) => {
    const [project, target] = id.split(':');
    return { project, target, ended: output.ended.get(id) ?? 'never' };
  });
}

function plan(command: readonly string[]): string[] | undefined {
  const args = [nx, ...command, '--graph=stdout'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: environment,
    maxBuffer: 1e8,
  });
  if (status === 0) return Object.keys((JSON.parse(stdout) as { tasks: { tasks: object } }).tasks.tasks);
  process.stderr.write(stdout + stderr);
  return undefined;
}

async function runNx(command: readonly string[], output: NxOutput, show: (line: string) => void): Promise<number> {
  const child = spawn(process.execPath, [nx, ...command], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const left = () => show(`  … ${output.left}`);
  const waiting = setInterval(left, silenceMs);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      const shown = output.read(line);
      if (shown === undefined) return;
      show(shown);
      waiting.refresh();
    });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(waiting);
  process.off('SIGTERM', stop).off('SIGINT', stop);
  return code ?? 1;
}

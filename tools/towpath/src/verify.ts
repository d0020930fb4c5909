import { existsSync, readFileSync, rmSync } from 'node:fs';

import { isCi } from './environment.ts';
import type { Check, Kind, Task } from './verify/check.ts';
import { refuseSkips, report } from './verify/report.ts';
import { runTasks } from './verify/run-tasks.ts';
import { type JestResults, testChecks } from './verify/test-results.ts';

const everything = ['run-many', '-t', 'lint', 'typecheck', 'build', 'test', 'e2e', ...(isCi ? ['gate'] : [])];
const affected = ['affected', '-t', 'lint', 'typecheck', 'test'];

const results = '.towpath/test-results';
const kindOf: Record<string, Kind> = { plan: 'plan', lint: 'lint', typecheck: 'types', build: 'build' };

rmSync(results, { recursive: true, force: true });
const show = (line: string) => console.log(line);
// What else is asked goes to Nx, for example: npm test -- --projects user
const more = process.argv.slice(2).filter((argument) => argument !== '--affected');
const tasks = await runTasks([...(process.argv.includes('--affected') ? affected : everything), ...more], show);
const checks = refuseSkips(tasks.flatMap(checksOf), isCi);
report(checks).forEach(show);
process.exitCode = checks.some(({ status }) => status === 'failed') ? 1 : 0;

function checksOf(task: Task): Check[] {
  const kind = kindOf[task.target];
  if (!kind) return testChecks(task, readResults(task));
  const name = `${task.project}:${task.target}${task.ended === 'never' ? ' did not run' : ''}`;
  return [{ kind, name, status: task.ended === 'well' ? 'passed' : 'failed' }];
}

function readResults({ project, target }: Task): JestResults | undefined {
  const file = `${results}/${project}.${target}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestResults) : undefined;
}

import type { Check, Kind, Task } from './check.ts';

/** The parts used here of what `jest --json` writes. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const endToEnd = ['e2e', 'gate'];

/** One check for each test of a project; whatever kept tests from running is a failed check. */
export function testChecks(task: Task, results: JestResults | undefined): Check[] {
  const name = `${task.project}:${task.target}`;
  const files = results?.testResults ?? [];
  const checks = files.flatMap((file) => fileChecks(task, file));
  const kind: Kind = endToEnd.includes(task.target) ? 'end to end' : 'unit';
  if (task.ended === 'never') return [{ kind, name: `${name} did not run`, status: 'failed' }];
  if (checks.length === 0) return [{ kind, name: `${name} ran no test`, status: 'failed' }];
  const unexplained = task.ended === 'badly' && checks.every(({ status }) => status !== 'failed');
  return unexplained ? [...checks, { kind, name: `${name} ended with an error`, status: 'failed' }] : checks;
}

function fileChecks(task: Task, file: JestResults['testResults'][number]): Check[] {
  const kind = kindOf(task, file.name);
  const named = (name: string) => `${task.project}: ${name}`;
  const checks = file.assertionResults.map(({ ancestorTitles, title, status }): Check => {
    const name = named([...ancestorTitles, title].join(' › '));
    if (status === 'passed' || status === 'failed') return { kind, name, status };
    return { kind, name, status: 'skipped', reason: reasonIn(ancestorTitles[0] ?? title) };
  });
  const broken = file.status === 'failed' && checks.every(({ status }) => status !== 'failed');
  return broken
    ? [...checks, { kind, name: named(`${file.name.split('/').at(-1)} did not run`), status: 'failed' }]
    : checks;
}

function kindOf({ target }: Task, file: string): Kind {
  if (endToEnd.includes(target)) return 'end to end';
  if (file.endsWith('.spec.ts')) return 'unit';
  return /contract[^/]*$/.test(file) ? 'contract' : 'component';
}

/** A suite that may be skipped says why at the end of its title: `beside stripe-mock: Go is not installed`. */
function reasonIn(title: string): string | undefined {
  return /: (.+)$/.exec(title)?.[1];
}

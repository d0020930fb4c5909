import { type JestResults, testChecks } from './test-results.ts';

const task = { project: 'user', target: 'test', ended: 'well' } as const;
const passed = { ancestorTitles: ['users'], title: 'When a, then b', status: 'passed' };

function file(name: string, ...assertionResults: JestResults['testResults'][number]['assertionResults']): JestResults {
  const status = assertionResults.some((result) => result.status === 'failed') ? 'failed' : 'passed';
  return { testResults: [{ name: `/towpath/apps/user/${name}`, status, assertionResults }] };
}

describe('the checks of a test run', () => {
  it.each([
    ['src/user.spec.ts', 'test', 'unit'],
    ['test/register.test.ts', 'test', 'component'],
    ['test/direct-transport.contract.test.ts', 'test', 'contract'],
    ['test/contract.test.ts', 'test', 'contract'],
    ['test/buy.test.ts', 'e2e', 'end to end'],
  ])('When a test is in %s of target %s, then it is a %s test', (name, target, kind) => {
    expect(testChecks({ ...task, target }, file(name, passed))).toEqual([
      { kind, name: 'user: users › When a, then b', status: 'passed' },
    ]);
  });

  it.each([
    ['the payment provider: Go is not installed', 'Go is not installed'],
    ['the payment provider', undefined],
  ])('When tests of "%s" are skipped, then the reason is: %s', (title, reason) => {
    const skipped = { ancestorTitles: [title], title: 'When a, then b', status: 'pending' };

    expect(testChecks(task, file('a.spec.ts', skipped))).toMatchObject([{ status: 'skipped', reason }]);
  });

  it('When a test fails, then it is one failed check', () => {
    const failed = { ...passed, status: 'failed' };

    expect(testChecks({ ...task, ended: 'badly' }, file('a.spec.ts', passed, failed))).toMatchObject([
      { status: 'passed' },
      { status: 'failed' },
    ]);
  });

  it.each([
    ['its project was not tested', { ...task, ended: 'never' as const }, undefined, 'user:test did not run'],
    ['there are no results', task, undefined, 'user:test ran no test'],
    ['there is no test', task, { testResults: [] }, 'user:test ran no test'],
    [
      'the run ends badly',
      { ...task, ended: 'badly' as const },
      file('a.spec.ts', passed),
      'user:test ended with an error',
    ],
    [
      'a file does not compile',
      { ...task, ended: 'badly' as const },
      { testResults: [{ name: '/user/a.spec.ts', status: 'failed', assertionResults: [] }] },
      'user: a.spec.ts did not run',
    ],
  ])('When %s, then that is a failed check', (_, run, results, name) => {
    expect(testChecks(run, results)).toContainEqual({ kind: 'unit', name, status: 'failed' });
  });
});
